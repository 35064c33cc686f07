{{/* Start of every name. The longest suffix is "-operator-lease": 48 leaves names below the 63 characters of a DNS label. */}}
{{- define "testrun.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" -}}
{{- else if contains "testrun" .Release.Name -}}
{{- .Release.Name | replace "." "-" | trimSuffix "-operator" | trunc 48 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-testrun" (.Release.Name | replace "." "-" | trunc 40 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{- define "testrun.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* What only the pods of one Deployment have. Takes root and component. */}}
{{- define "testrun.componentLabels" -}}
{{ include "testrun.selectorLabels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "testrun.labels" -}}
{{ include "testrun.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "testrun.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "testrun.serverURL" -}}
http://{{ include "testrun.fullname" . }}-server.{{ .Release.Namespace }}:8080
{{- end -}}

{{- define "testrun.keySecret" -}}
{{ .Values.key.existingSecret | default (printf "%s-key" (include "testrun.fullname" .)) }}
{{- end -}}

{{/*
Labels and annotations of an object or a pod: the chart's own, then its own, then those of all. Takes root, and of component, labels and
annotations what it has.
*/}}
{{- define "testrun.described" -}}
{{- $common := .root.Values.commonLabels | default dict }}
{{- $own := include "testrun.labels" .root | fromYaml }}
{{- with .component }}
{{- $_ := set $own "app.kubernetes.io/component" . }}
{{- end }}
{{- range $label := concat (.labels | default dict | keys) (keys $common) }}
{{- if hasKey $own $label }}
{{- fail (printf "the label %s is the chart's own: take it out of commonLabels, podLabels and serviceMonitor.labels" $label) }}
{{- end }}
{{- end -}}
labels:
  {{- merge $own (.labels | default dict) $common | toYaml | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What the pods of both Deployments and of `helm test` have in common. Takes root, component and settings. */}}
{{- define "testrun.podSpec" -}}
serviceAccountName: {{ include "testrun.fullname" .root }}-{{ .component }}
# It talks to the API server; its ServiceAccount gives no token to any other pod.
automountServiceAccountToken: true
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .settings.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  {{- $ofItsPods := dict "labelSelector" (dict "matchLabels" (include "testrun.componentLabels" $ | fromYaml)) }}
  - {{- hasKey . "labelSelector" | ternary . (merge $ofItsPods .) | toYaml | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What the containers of both Deployments have in common. Takes root and settings. */}}
{{- define "testrun.container" -}}
image: {{ include "testrun.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
# Up to a minute to start, looked at every second; after that the other two decide.
startupProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
resources:
  {{- toYaml .settings.resources | nindent 2 }}
{{- end -}}

{{- define "testrun.keyVolume" -}}
- name: key
  secret:
    secretName: {{ include "testrun.keySecret" . }}
    defaultMode: 0440
    items: [{key: key, path: key}]
{{- end -}}

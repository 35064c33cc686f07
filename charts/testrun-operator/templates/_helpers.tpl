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
app.kubernetes.io/instance: {{ .Release.Name }}
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

{{/* Labels and annotations of a pod. Takes root, component and settings (.Values.operator or .Values.server). */}}
{{- define "testrun.podMetadata" -}}
labels:
  {{- with .settings.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- include "testrun.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
{{- with .settings.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What the pods of both Deployments have in common. Takes root, component and settings. */}}
{{- define "testrun.podSpec" -}}
serviceAccountName: {{ include "testrun.fullname" .root }}-{{ .component }}
# Both talk to the API server; their ServiceAccounts give no token to any other pod.
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

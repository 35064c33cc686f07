# A cluster of kind (https://kind.sigs.k8s.io) on a Docker engine. KIND_IMAGE chooses another node image than the
# one of the pinned kind, KIND_CONFIG another file than kind-config.yaml.
# shellcheck shell=bash disable=SC2154

use_kind() {
  docker_answers || die "PROVIDER=kind needs a Docker engine, and none answers"
  command -v kind >/dev/null || programs kind
}

kind_config() {
  local config=${KIND_CONFIG:-$repo/kind-config.yaml}
  cat "$config"
  # kubelet 1.35 refuses to start on cgroup v1 unless told otherwise; newer machines need no word about it.
  if [[ $(docker info --format '{{.CgroupVersion}}') == 1 ]] && ! grep -q '^kubeadmConfigPatches:' "$config"; then
    printf '%s\n' 'kubeadmConfigPatches:' '  - |' '    kind: KubeletConfiguration' '    failCgroupV1: false'
  fi
}

provider_up() { # KUBECONFIG
  use_kind
  if kind get clusters 2>/dev/null | grep -qxF "$name"; then
    kind export kubeconfig --name "$name" --kubeconfig "$1" 2>/dev/null || true
    if KUBECONFIG=$1 wait_for 10 kubectl get --raw /readyz; then return; fi
    say "cluster $name does not answer: making it anew"
    provider_down
  fi
  say "kind: creating cluster $name"
  kind_config |
    kind create cluster --name "$name" --kubeconfig "$1" --config - ${KIND_IMAGE:+--image "$KIND_IMAGE"} --wait 180s 9>&- >&2
  # kind waits only for the node: Services and names work a little later.
  local part
  for part in daemonset/kube-proxy deployment/coredns; do
    say "kind: waiting for $part"
    KUBECONFIG=$1 kubectl --namespace kube-system rollout status "$part" --timeout 180s >/dev/null
  done
}

provider_down() {
  use_kind
  say "kind: deleting cluster $name"
  kind delete cluster --name "$name" --kubeconfig "$state/kubeconfig" >&2
}

provider_load() { # IMAGE ID ARCHIVE
  use_kind
  local archive=$3
  say "kind: loading $1"
  if [[ -n $archive ]]; then
    kind load image-archive --name "$name" "$archive" >&2
  elif [[ $builder == docker ]]; then
    kind load docker-image --name "$name" "$1" >&2 # looks itself whether the node has it
  elif ! docker exec "$name-control-plane" crictl inspecti "$1" >/dev/null 2>&1; then
    archive=$(mktemp)
    # shellcheck disable=SC2064
    trap "rm -f '$archive'" EXIT
    save_image "$1" >"$archive"
    kind load image-archive --name "$name" "$archive" >&2
  fi
}

# A cluster of k3d (https://k3d.io) on a Docker engine. The k3d program must be on PATH.
# shellcheck shell=bash disable=SC2154

use_k3d() {
  command -v k3d >/dev/null || die "PROVIDER=k3d needs the k3d program on PATH: https://k3d.io"
  docker_answers || die "PROVIDER=k3d needs a Docker engine, and none answers"
}

provider_up() { # KUBECONFIG
  use_k3d
  if k3d cluster get "$name" >/dev/null 2>&1; then
    k3d kubeconfig get "$name" >"$1"
    if KUBECONFIG=$1 wait_for 10 kubectl get --raw /readyz; then return; fi
    say "cluster $name does not answer: making it anew"
    provider_down
  fi
  say "k3d: creating cluster $name"
  k3d cluster create "$name" --wait --timeout 180s --kubeconfig-update-default=false 9>&- >&2
  k3d kubeconfig get "$name" >"$1"
  chmod 600 "$1"
  say "k3d: waiting for the node and deployment/coredns"
  KUBECONFIG=$1 kubectl wait --for condition=Ready node --all --timeout 180s >/dev/null
  KUBECONFIG=$1 wait_for 180 kubectl --namespace kube-system get deployment/coredns
  KUBECONFIG=$1 kubectl --namespace kube-system rollout status deployment/coredns --timeout 180s >/dev/null
}

provider_down() {
  use_k3d
  say "k3d: deleting cluster $name"
  ! k3d cluster get "$name" >/dev/null 2>&1 || k3d cluster delete "$name" >&2
}

provider_load() { # IMAGE ID ARCHIVE
  use_k3d
  say "k3d: importing $1"
  k3d image import --cluster "$name" "${3:-$1}" >&2
}

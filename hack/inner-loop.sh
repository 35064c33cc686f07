#!/usr/bin/env bash
# All four phases of examples/monorepo: 0 to 2 here; 3 on the cluster of build/kubeconfig, where `make install` put the operator.
# Without such a cluster it ends after phase 2 and says how to go on.
set -euo pipefail
cd "$(dirname "$0")/.."
examples/monorepo/setup.sh
hack/uv sync --frozen --quiet
kubeconfig=${KUBECONFIG_OUT:-$PWD/build/kubeconfig}
options=()
if [[ -f $kubeconfig && -f build/images.env ]]; then
  source build/images.env
  PATH="$(hack/cluster/build.sh --print-dir):$PATH"
  export KUBECONFIG=$kubeconfig
  sed "s|localhost/monorepo:dev|$MONOREPO_IMAGE|" examples/monorepo/k8s/storefront.yaml | kubectl apply -f - >/dev/null
  kubectl -n monorepo rollout status deployment/storefront --timeout=120s >/dev/null
  options+=(--until 3 --image "$MONOREPO_IMAGE")
else
  unset KUBECONFIG
fi
exec hack/uv run --frozen --quiet ameide dev inner-loop-test examples/monorepo "${options[@]}" "$@"

#!/usr/bin/env bash
# The whole of it, from nothing: a real cluster, the operator, a shop, and two runs of its browser tests: one green, one red.
set -euo pipefail
cd "$(dirname "$0")/.."
began=$SECONDS
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
ameide() { hack/uv run --frozen --quiet ameide "$@"; }

say "1/4  A cluster and the operator on it"
hack/uv sync --frozen --quiet
hack/cluster/up.sh
hack/install.sh shop
export KUBECONFIG=${KUBECONFIG_OUT:-$PWD/build/kubeconfig}
PATH="$(hack/cluster/build.sh --print-dir):$PATH"
source build/images.env

say "2/4  A web shop to test"
sed "s|localhost/shop:dev|$SHOP_IMAGE|" examples/shop/k8s/shop.yaml | kubectl apply -f -
kubectl -n shop rollout status deployment/shop --timeout=120s

say "3/4  A run of its browser tests in three shards, which must pass"
sed "s|localhost/shop:dev|$SHOP_IMAGE|" examples/shop/k8s/testrun-green.yaml | ameide testrun submit -f - --replace --wait

say "4/4  A run that meets a real defect, which must fail"
code=0
sed "s|localhost/shop:dev|$SHOP_IMAGE|" examples/shop/k8s/testrun-red.yaml | ameide testrun submit -f - --replace --wait || code=$?
if [[ $code != 1 ]]; then echo "error: the red run ended with exit code $code, expected 1 (tests failed)" >&2; exit 2; fi

say "The evidence, on disk"
ameide testrun artifacts shop -n shop -o artifacts/shop
ameide testrun artifacts shop-red -n shop -o artifacts/shop-red

echo "screenshots of the failed tests:"
find artifacts/shop-red -name '*screenshot*.png' | sort

say "All runs"
kubectl get testruns -A
cat <<EOF

Done in $((SECONDS - began)) s. What next:
  export KUBECONFIG=$KUBECONFIG
  kubectl -n shop get testrun shop-red -o yaml          everything about the red run, its JUnit included
  kubectl explain testrun.spec --recursive              what a TestRun can say
  xdg-open artifacts/shop-red/report/index.html         the red run's page: the failing test, its screenshot, its trace
  hack/uv run ameide testrun --help                     submit, wait, status, logs, cancel, artifacts
  make cluster-down                                     remove it all
EOF

#!/usr/bin/env bash
# Installs this checkout's operator on the cluster of build/kubeconfig: builds the images, loads them, and runs helm.
#
#   install.sh [EXAMPLE...]   the examples whose images are built and loaded too (default: shop monorepo)
#
# build/images.env says afterwards which images: OPERATOR_IMAGE, SHOP_IMAGE, MONOREPO_IMAGE.
set -euo pipefail
cd "$(dirname "$0")/.."
export KUBECONFIG=${KUBECONFIG_OUT:-$PWD/build/kubeconfig}
hack/cluster/build.sh helm kubectl >&2
PATH="$(hack/cluster/build.sh --print-dir):$PATH"
started=$EPOCHREALTIME
(($#)) || set -- shop monorepo

operator=$(hack/images/build.sh operator)
operator=$(hack/cluster/load.sh "$operator")
mkdir -p build
echo "OPERATOR_IMAGE=$operator" >build/images.env.new
for example in "$@"; do
  image=$(hack/images/build.sh "$example")
  image=$(hack/cluster/load.sh "$image")
  echo "${example^^}_IMAGE=$image" >>build/images.env.new
done
mv build/images.env.new build/images.env
source build/images.env
# The shop's image has what `helm test` needs.
tests=()
[[ -z ${SHOP_IMAGE:-} ]] || tests=(--set tests.enabled=true --set tests.image="$SHOP_IMAGE")

helm upgrade --install testrun-operator charts/testrun-operator --namespace testrun-system --create-namespace \
  --set image.repository="${operator%:*}" --set image.tag="${operator##*:}" --set image.pullPolicy=IfNotPresent \
  "${tests[@]}" --wait --timeout 3m >build/helm.log 2>&1 || { cat build/helm.log >&2; kubectl -n testrun-system get pods,events >&2; exit 1; }
# helm leaves CRDs alone on an upgrade
kubectl apply --server-side --force-conflicts -f crds/ >/dev/null
awk -v a="$started" -v b="$EPOCHREALTIME" -v i="$operator" 'BEGIN {printf "testrun-operator (%s) is installed in namespace testrun-system (%.1f s)\n", i, b - a}'

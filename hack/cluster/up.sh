#!/usr/bin/env bash
# Makes a cluster to develop and test on, or finds it running, and writes its kubeconfig.
#
#   PROVIDER        local (a node of this machine's own processes, needs root), kind, k3d, or existing (what KUBECONFIG says).
#                   Default: the provider this cluster was made with, else kind where a Docker engine answers, else local
#   CLUSTER_NAME    default testrun; clusters of different names live side by side
#   KUBECONFIG_OUT  default build/kubeconfig
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[[ ${1:-} != -* ]] || { usage; exit; }

began=$EPOCHREALTIME
use_cluster
with_lock
out=${KUBECONFIG_OUT:-$repo/build/kubeconfig}
[[ $out == /* ]] || out=$PWD/$out
mkdir -p "$(dirname "$out")" "$state"

if [[ $provider == local ]] || ! command -v kubectl >/dev/null; then programs kubectl; fi
provider_up "$state/kubeconfig"
echo "$provider" >"$state/provider"
install -m 600 "$state/kubeconfig" "$out.new"
mv "$out.new" "$out"

export KUBECONFIG=$out
version=$(kubectl version --output=json | sed -n '/"serverVersion"/,$ s/.*"gitVersion": "\([^"]*\)".*/\1/p')
say "cluster $name ($provider): Kubernetes $version, ready after $(seconds_since "$began") s"
say "export KUBECONFIG=$out"

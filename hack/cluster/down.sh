#!/usr/bin/env bash
# Removes the cluster that up.sh made, with everything in it. Takes the same PROVIDER, CLUSTER_NAME and KUBECONFIG_OUT.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[[ ${1:-} != -* ]] || { usage; exit; }

began=$EPOCHREALTIME
use_cluster
with_lock
provider_down
# Only the kubeconfig that up.sh wrote for this very cluster goes.
out=${KUBECONFIG_OUT:-$repo/build/kubeconfig}
if [[ $provider != existing ]] && cmp --silent "$state/kubeconfig" "$out"; then rm "$out"; fi
rm -rf "$state"
say "cluster $name ($provider): gone after $(seconds_since "$began") s"

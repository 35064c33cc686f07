#!/usr/bin/env bash
# Runs a command inside the node of a local cluster: in its namespaces, with its programs on PATH.
#
#   enter.sh                                 a shell
#   enter.sh ctr -n k8s.io containers list   what runs
#   enter.sh iptables-save -t nat            what kube-proxy wrote
#   enter.sh pkill -9 -x kube-apiserver      a fault: the node starts the program again after a second
#
# Exit code 3: the cluster is not a local one. Else that of the command.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
case ${1:-} in -h | --help) usage; exit ;; esac

use_cluster
[[ $provider == local ]] || { say "only the node of PROVIDER=local can be entered, and this cluster is of PROVIDER=$provider"; exit 3; }
node_alive || die "cluster $name does not run"
(($#)) || set -- "${SHELL:-/bin/bash}"
in_node "$@"

#!/usr/bin/env bash
# The mode that tests run in: repo, local or cluster.

integration_mode() {
  local mode="${INTEGRATION_MODE:-repo}"
  case "${mode}" in
    repo | local | cluster) echo "${mode}" ;;
    *) echo "unknown INTEGRATION_MODE ${mode}" >&2; exit 1 ;;
  esac
}

require_cluster_mode() {
  [[ "$1" == "cluster" ]] || { echo "this needs a cluster" >&2; exit 1; }
}

#!/usr/bin/env bash
set -euo pipefail

ROOT="$(cd "$(dirname "$0")/../../../.." && pwd)"
source "${ROOT}/tools/integration-runner/integration-mode.sh"

MODE="$(integration_mode)"
export INTEGRATION_MODE="${MODE}"
if [[ "${MODE}" == "cluster" ]]; then
  require_cluster_mode "${MODE}"
fi

cd "${ROOT}/packages/labels"
npx jest __tests__/integration

#!/usr/bin/env bash
set -euo pipefail

ROOT="$(cd "$(dirname "$0")/../../../.." && pwd)"
source "${ROOT}/tools/integration-runner/integration-mode.sh"

MODE="$(integration_mode)"
export INTEGRATION_MODE="${MODE}"
if [[ "${MODE}" == "cluster" ]]; then
  for var in STOCK_URL; do
    [[ -z "${!var:-}" ]] && { echo "${var} is needed" >&2; exit 1; }
  done
fi

cd "${ROOT}/services/stock"
go test ./...

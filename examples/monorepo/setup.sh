#!/bin/sh
# Gets what the tests need from npm and PyPI: node_modules and .venv. Does nothing where they are up to date.
set -eu
cd "$(dirname "$0")"

# Each folder keeps a copy of the list that it was made from, put there last: half a folder is made again.
if ! cmp -s package-lock.json node_modules/.made-from; then
  # A browser is got on purpose and not here: see README.md.
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
  cp package-lock.json node_modules/.made-from
fi
if ! cmp -s requirements-dev.txt .venv/made-from; then
  python3 -m venv --clear .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
  cp requirements-dev.txt .venv/made-from
fi

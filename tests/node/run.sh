#!/bin/sh
# Installs the Playwrights that the tests run (each once; again when its files change), then runs all tests of this folder.
# Needs node 20 or later and npm with its registry. Extra arguments go to `node --test`, for example --test-name-pattern.
set -eu
cd "$(dirname "$0")"
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

. ./install.sh

install fixtures/tools npm ci --ignore-scripts
install fixtures/pw-1.65 npm ci --ignore-scripts
install fixtures/pw-1.50 npm ci --ignore-scripts
install fixtures/pnpm ../tools/node_modules/.bin/pnpm install --frozen-lockfile --ignore-scripts
install fixtures/yarn-classic node ../tools/node_modules/yarn/bin/yarn.js install --non-interactive --no-lockfile --ignore-scripts
install fixtures/yarn-pnp node ../tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js install --immutable

exec node --test "$@" ./*.test.mjs

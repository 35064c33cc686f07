#!/bin/sh
# Installs the Playwrights that the tests run (each once; again when its files change), then runs all tests of this folder.
# Needs node 20 or later and npm with its registry. Extra arguments go to `node --test`, for example --test-name-pattern.
set -eu
cd "$(dirname "$0")"
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

install() { # folder, command…
  folder=fixtures/$1
  shift
  wanted=$(find "$folder" -maxdepth 1 -type f \( -name package.json -o -name '*lock*' -o -name '*.y*ml' \) ! -name .installed | sort | xargs cksum | cksum)
  if [ "$(cat "$folder/.installed" 2>/dev/null)" != "$wanted" ]; then
    (cd "$folder" && "$@" >&2)
    echo "$wanted" >"$folder/.installed"
  fi
}

install tools npm ci --ignore-scripts
install pw-1.65 npm ci --ignore-scripts
install pw-1.50 npm ci --ignore-scripts
install pnpm ../tools/node_modules/.bin/pnpm install --frozen-lockfile --ignore-scripts
install yarn-classic node ../tools/node_modules/yarn/bin/yarn.js install --non-interactive --no-lockfile --ignore-scripts
install yarn-pnp node ../tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js install --immutable

exec node --test "$@" ./*.test.mjs

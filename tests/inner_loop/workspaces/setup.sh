#!/bin/sh
# Installs Jest as pnpm does and as Yarn's Plug'n'Play does. Does nothing where that is up to date.
# Needs node 20 or later and npm with its registry.
set -eu
cd "$(dirname "$0")"
. ../../node/install.sh
install ../../node/fixtures/tools npm ci --ignore-scripts
tools=$(cd ../../node/fixtures/tools/node_modules && pwd)

install pnpm "$tools/.bin/pnpm" install --frozen-lockfile --ignore-scripts
install yarn-pnp node "$tools/@yarnpkg/cli-dist/bin/yarn.js" install --immutable

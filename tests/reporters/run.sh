#!/bin/sh
# Installs the test tools that the reporters are loaded into (each once; again when its files change), then runs all tests of this
# folder: the newest pytest and the oldest that is supported, and the newest Jest. Needs node 20 or later and npm with its registry.
# Extra arguments go to pytest, for example -k.
set -eu
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
built=$root/build/reporters

install() { # mark, files of which it depends, command…
  mark=$1 files=$2
  shift 2
  wanted=$(cksum $files | cksum)
  if [ "$(cat "$mark" 2>/dev/null)" != "$wanted" ]; then
    "$@" >&2
    echo "$wanted" >"$mark"
  fi
}

python() { # folder
  "$root/hack/uv" venv --quiet --clear --no-project --python 3.11 "$built/$1"
  "$root/hack/uv" pip install --quiet --python "$built/$1/bin/python" -r "$1/requirements.txt"
}

mkdir -p "$built"
install jest-30/node_modules/.installed "jest-30/package.json jest-30/package-lock.json" npm ci --ignore-scripts --prefix jest-30
install "$built/pytest-9.installed" pytest-9/requirements.txt python pytest-9
install "$built/pytest-7.installed" pytest-7/requirements.txt python pytest-7

cd "$root"
exec hack/uv run --frozen pytest tests/reporters "$@"

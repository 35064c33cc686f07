#!/usr/bin/env bash
# Builds images of this repository and prints their references, one a line, and nothing else on stdout.
#
#   build.sh operator      Dockerfile                 -> testrun-operator:dev-<hash of what it is built from>
#   build.sh shop          examples/shop/Dockerfile   -> testrun-shop:dev-<hash of what it is built from>
#   build.sh monorepo      examples/monorepo/Dockerfile -> testrun-monorepo:dev-<hash of what it is built from>
#
#   TAG          another tag than dev-<hash>; such an image is always built
#   BASE_IMAGE   another base image (of a registry, say) than the one made here from Debian packages
#
# With a Docker engine where one answers, else with buildah (as root). Neither a registry nor, within the build, a network
# is needed: what comes from package registries is fetched on the machine, by the lock files.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../cluster/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cluster/lib.sh"
# shellcheck source-path=SCRIPTDIR source=base.sh
source "$repo/hack/images/base.sh"
case ${1:--h} in -h | --help) usage; exit ;; esac

mkdir -p "$cache/images"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

choose_builder

image_exists() { image_id_of "$1" >/dev/null; }

# base_of DOCKERFILE KIND: what stands in for the Dockerfile's own BASE_IMAGE where that cannot be had
base_of() {
  local usual
  usual=$(sed -n 's/^ARG BASE_IMAGE=//p' "$1")
  if [[ -n ${BASE_IMAGE:-} ]]; then
    echo "$BASE_IMAGE"
  elif [[ $builder == docker ]] && { image_exists "$usual" || docker pull --quiet "$usual" >/dev/null 2>&1; }; then
    echo "$usual"
  else
    base_image "$2"
  fi
}

# files_of PATH...: what git would take of them, so neither caches nor what tests leave behind
files_of() { git -C "$repo" ls-files --cached --others --exclude-standard --deduplicate -- "$@"; }
existing() { while read -r file; do [[ ! -f $repo/$file ]] || echo "$file"; done; }

# digest_of PATH...: of the names, modes and content of the files
digest_of() { (cd "$repo" && files_of "$@" | existing | sort | tar --create --files-from - --sort name --mtime @0 --owner 0 --group 0 --numeric-owner | sha256sum | cut -c1-64); }

# image NAME KIND CONTEXT PATH...: builds CONTEXT/Dockerfile unless an image of the same content exists.
# The function stage_NAME fills the build's context, $scratch/NAME.
image() {
  local name=$1 kind=$2 context=$3 base digest reference began=$EPOCHREALTIME
  shift 3
  base=$(base_of "$repo/$context/Dockerfile" "$kind")
  digest=$({ declare -f "stage_$name" stage_example locked_modules; echo "$base"; digest_of "$@"; } | sha256sum)
  reference=testrun-$name:${TAG:-dev-${digest:0:12}}
  if [[ -n ${TAG:-} ]] || ! image_exists "$reference"; then
    mkdir "$scratch/$name"
    "stage_$name" "$scratch/$name"
    say "$name: building $reference on $base"
    if [[ $builder == docker ]]; then
      docker build --build-arg BASE_IMAGE="$base" --tag "$reference" "$scratch/$name" >"$scratch/log" 2>&1
    else
      buildah bud --layers --build-arg BASE_IMAGE="$base" --tag "$reference" "$scratch/$name" >"$scratch/log" 2>&1
    fi || { tail -n 30 "$scratch/log" >&2; die "$name does not build"; }
    say "$name: built in $(seconds_since "$began") s"
  fi
  echo "$reference"
}

# The locked dependencies and our own wheel, as folders to copy: no pip in the image, no network in the build.
stage_operator() {
  local project=(--project "$repo" --quiet)
  "$repo/hack/uv" export "${project[@]}" --frozen --no-dev --no-emit-project --no-header --output-file "$scratch/requirements.txt" >/dev/null
  local target=(--quiet --no-config --python-version 3.11 --python-platform "$(uname -m)-unknown-linux-gnu")
  "$repo/hack/uv" pip install "${target[@]}" --no-build --require-hashes --target "$1/libraries" --requirements "$scratch/requirements.txt"
  "$repo/hack/uv" build --quiet --wheel --out-dir "$scratch/wheel" "$repo"
  "$repo/hack/uv" pip install "${target[@]}" --no-deps --target "$1/package" "$scratch"/wheel/*.whl
  rm -rf "$1/libraries/bin"
  mv "$1/package/bin" "$1/bin"
  sed -i '1s|^#!.*|#!/opt/testrun/bin/python3|' "$1"/bin/*
  cp "$repo/Dockerfile" "$1/"
}

stage_shop() { stage_example shop "$1"; }

# Of the npm workspaces only what compiles the storefront and runs the browser tests, as in the example's Dockerfile.
stage_monorepo() {
  stage_example monorepo "$1" --workspace e2e --include-workspace-root
  # A base that was made here has no Node, and this example does not bring one: it gets the shop's.
  local modules
  modules=$(locked_modules shop)
  cp --archive "$modules"/node-linux-* "$1/node_modules/"
  cp --archive "$modules/.bin/node" "$1/node_modules/.bin/"
}

# stage_example EXAMPLE FOLDER NPM_OPTION...: its files and its locked node_modules; browsers come from the base image
stage_example() {
  local example=$1 folder=$2 modules
  shift 2
  modules=$(locked_modules "$example" "$@")
  files_of "examples/$example" | existing | tar --create --directory "$repo" --files-from - |
    tar --extract --directory "$folder" --strip-components 2
  cp --archive "$modules" "$folder/node_modules"
}

# locked_modules EXAMPLE NPM_OPTION...: prints where the example's node_modules are, after making them if the lock is new
locked_modules() {
  local example=$1 modules
  shift
  modules=$cache/images/node_modules-$example-$(sha256sum <"$repo/examples/$example/package-lock.json" | cut -c1-12)
  if [[ ! -d $modules ]]; then
    need npm=npm
    local packages=$scratch/packages-$example
    mkdir "$packages"
    files_of "examples/$example" | existing | grep --extended-regexp '/(package(-lock)?\.json|\.npmrc)$' |
      tar --create --directory "$repo" --files-from - | tar --extract --directory "$packages" --strip-components 2
    (cd "$packages" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel error "$@") >&2
    rm -rf "$cache/images/node_modules-$example-"* # those of older locks
    cp --archive "$packages/node_modules" "$modules.$$" && mv --no-target-directory "$modules.$$" "$modules"
  fi
  echo "$modules"
}

for target in "$@"; do
  case $target in
    operator) image operator python . Dockerfile pyproject.toml uv.lock README.md LICENSE operator ;;
    shop) image shop browser examples/shop examples/shop ;;
    # The shop's lock file says which Node is in the image.
    monorepo) image monorepo browser examples/monorepo examples/monorepo examples/shop/package-lock.json ;;
    *) die "unknown image: $target (known: operator, shop, monorepo)" ;;
  esac
done

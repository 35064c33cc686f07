#!/usr/bin/env bash
# The suites on a real kind cluster, made for them and removed after them.
#
#   SUITES   default "kuttl", which has `helm test` in it; "kuttl acceptance" runs the acceptance tests too
#   ENGINE   apart: a Docker engine of its own even where another answers
#
# With the Docker engine that answers; where none does, with one in namespaces of its own (root on Debian 12). With kind's own node image
# where that is at hand or can be pulled; else with one made here from Debian packages and Go modules: no registry is needed.
#
# Exit code 0: all passed. 77: SKIPPED, nothing was tested, and the last line says why. Else: something failed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../cluster/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cluster/lib.sh"
# shellcheck source-path=SCRIPTDIR source=engine.sh
source "$repo/hack/kind/engine.sh"
[[ ${1:-} != -* ]] || { usage; exit; }

export PROVIDER=kind CLUSTER_NAME=testrun-kind KUBECONFIG_OUT=$repo/build/kind/kubeconfig
unset KUBECONFIG
skipped='' apart=''
skip() { skipped=$*; exit 77; }
step() { say ""; say "=== $* (after $SECONDS s)"; }

take_down() {
  local status=$?
  step "taking it down"
  if [[ -d $cache/clusters/$CLUSTER_NAME ]]; then "$here/down.sh" || status=1; fi
  [[ -z $apart ]] || engine_down || status=1
  case $status in
    0) say "test-kind: passed after $SECONDS s" ;;
    77) say "test-kind: SKIPPED, nothing was tested: $skipped" ;;
    *) say "test-kind: FAILED after $SECONDS s" ;;
  esac
  exit "$status"
}

choose_engine() {
  if [[ ${ENGINE:-} != apart ]] && docker_answers; then
    say "the Docker engine that answers: $(docker info --format '{{.Name}} {{.ServerVersion}}')"
    return
  fi
  ((EUID == 0)) || skip "no Docker engine answers, and one of its own needs root"
  [[ -f /etc/debian_version ]] || skip "no Docker engine answers, and one of its own is made on Debian only"
  need dockerd=docker.io docker=docker.io runc=runc ip=iproute2 iptables=iptables jq=jq unshare=util-linux
  apart=yes
  engine_up || skip "no Docker engine answers, and none of its own can be started (see above)"
  say "a Docker engine of its own: $DOCKER_HOST"
}

# A node is a privileged container. What cannot start the smallest of them cannot start a node.
try_privileged() {
  local scratch said status=0
  "$here/build.sh" pause
  scratch=$(mktemp -d)
  tar --create --file "$scratch/pause.tar" --dereference --directory "$("$here/build.sh" --print-dir)" pause
  docker import --change 'ENTRYPOINT ["/pause"]' "$scratch/pause.tar" testrun-kind-try >/dev/null
  said=$(docker run --detach --privileged --name testrun-kind-try testrun-kind-try 2>&1) || status=$?
  docker rm --force testrun-kind-try >/dev/null
  docker rmi testrun-kind-try >/dev/null
  rm -r "$scratch"
  ((status == 0)) || skip "a privileged container cannot start: $said"
}

choose_node_image() {
  local usual node
  usual=$(sed -n 's/^const Image = "\(.*\)"$/\1/p' \
    "$(cd "$here/modules/kind" && go mod download -json sigs.k8s.io/kind | sed -n 's/.*"Dir": "\(.*\)",/\1/p')/pkg/apis/config/defaults/image.go")
  if docker image inspect "$usual" >/dev/null 2>&1 || { [[ -z $apart ]] && docker pull --quiet "$usual" >/dev/null 2>&1; }; then
    say "kind's own node image: $usual"
    return
  fi
  node=$("$repo/hack/kind/node-image.sh")
  KIND_IMAGE=testrun-kind-node:$(basename "${node%.tar}")
  export KIND_IMAGE
  docker image inspect "$KIND_IMAGE" >/dev/null 2>&1 || {
    docker import "$node" testrun-kind-node:files >/dev/null
    # `docker import` knows no STOPSIGNAL.
    printf '%s\n' 'FROM testrun-kind-node:files' 'ENV container=docker' 'STOPSIGNAL SIGRTMIN+3' \
      'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' |
      DOCKER_BUILDKIT=0 docker build --quiet --tag "$KIND_IMAGE" - >/dev/null 2>"$repo/build/kind/docker-build.log" ||
      { cat "$repo/build/kind/docker-build.log" >&2; die "the node image cannot be imported"; }
  }
  say "a node image made here: $KIND_IMAGE"
}

mkdir -p "$cache/kind" "$repo/build/kind"
exec 9>"$cache/kind/.test.lock"
flock --nonblock 9 || { say "another test-kind is at it, waiting"; flock 9; }
trap take_down EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step "the Docker engine"
choose_engine
try_privileged
step "the node image"
programs kind kubectl helm
choose_node_image
# An engine of its own is gone afterwards: the images are kept where they are without it, and its clusters are reached at its address.
if [[ -n $apart ]]; then export BUILDER=buildah KIND_CONFIG=$repo/hack/kind/config.yaml; fi
cd "$repo"
for suite in ${SUITES:-kuttl}; do
  step "make test-$suite PROVIDER=kind"
  make "test-$suite" 9>&-
done

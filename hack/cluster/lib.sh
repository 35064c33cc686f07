# What the scripts in this folder share. Sourced, never run.
# shellcheck shell=bash disable=SC2034

shopt -s inherit_errexit # a failure within $(...) counts too

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$repo/hack/cluster
cache=${TESTRUN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/testrun}

say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# seconds_since START: with one decimal, START being $EPOCHREALTIME of then
seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'; }

# wait_for SECONDS COMMAND...: until the command succeeds; false when the time is over
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# need COMMAND=PACKAGE...: installs the Debian packages of the commands (or files) that are missing
need() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || [[ -e ${pair%%=*} ]] || missing+=("${pair#*=}")
  done
  ((${#missing[@]})) || return 0
  if ((EUID)) || ! command -v apt-get >/dev/null; then die "please install: ${missing[*]}"; fi
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  # The package lists may be missing or old: refresh them only when the first try fails.
  apt_install "${missing[@]}" >"$log" 2>&1 ||
    { apt-get update && apt_install "${missing[@]}"; } >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; die "apt-get could not install: ${missing[*]}"; }
  rm -f "$log"
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "$@"
}

docker_answers() { command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1; }

# The head comment of the calling script is its manual.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# --- the cluster: which one, and what makes it

# use_cluster: sets name, state and provider, and loads the provider's functions:
#   provider_up KUBECONFIG            makes the cluster or finds it well, and writes its kubeconfig to that file
#   provider_down                     removes it
#   provider_load IMAGE ID ARCHIVE    makes the image available to pods, from the archive if that is not empty
#   provider_reference IMAGE          prints the name by which pods know it
# Each says what it does before it takes long.
use_cluster() {
  name=${CLUSTER_NAME:-testrun}
  [[ $name =~ ^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$ ]] || die "CLUSTER_NAME must be a short DNS label, not '$name'"
  state=$cache/clusters/$name
  provider=${PROVIDER:-$(cat "$state/provider" 2>/dev/null || true)}
  if [[ -z $provider ]]; then
    provider=local
    ! docker_answers || provider=kind
  fi
  # An existing cluster is none of ours: what is known about it shall not mix with what is known about ours.
  [[ $provider != existing ]] || state=$cache/clusters/.existing
  local made_by
  made_by=$(cat "$state/provider" 2>/dev/null || true)
  [[ -z $made_by || $made_by == "$provider" ]] ||
    die "cluster $name was made with PROVIDER=$made_by: take it down first, or choose another CLUSTER_NAME"
  [[ -f $here/providers/$provider.sh ]] || die "PROVIDER must be local, kind, k3d or existing, not '$provider'"
  # shellcheck source=/dev/null
  source "$here/providers/$provider.sh"
}

# All but one know an image by the name that it has here.
provider_reference() { echo "$1"; }

# with_lock: only one up or down of this cluster at a time; held until the script ends
with_lock() {
  mkdir -p "$cache/clusters"
  exec 9>"$cache/clusters/.$name.lock"
  flock --nonblock 9 || { say "cluster $name: another up or down is at it, waiting"; flock 9; }
}

# programs NAME...: builds what is missing and puts it first on PATH
programs() {
  "$here/build.sh" "$@" 9>&-
  PATH=$("$here/build.sh" --print-dir):$PATH
}

# --- images of this machine

# choose_builder: sets builder, the program that builds and keeps them: what BUILDER says, else docker where an engine answers, else buildah
choose_builder() {
  builder=${BUILDER:-buildah}
  [[ -n ${BUILDER:-} ]] || ! docker_answers || builder=docker
  [[ $builder == buildah ]] || return 0
  ((EUID == 0)) || die "no Docker engine answers, and images without one need root"
  need buildah=buildah
  # Plain processes in a chroot: works within containers too. No overlay on an overlay, which is what those have.
  export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}
  if [[ -z ${STORAGE_DRIVER:-} ]]; then
    mkdir -p /var/lib/containers
    export STORAGE_DRIVER=overlay
    [[ $(stat --file-system --format %T /var/lib/containers) != overlay* ]] || STORAGE_DRIVER=vfs
  fi
}

# image_id_of IMAGE: the digest of its configuration; false when there is no such image
image_id_of() {
  local id
  if [[ $builder == docker ]]; then
    id=$(docker image inspect --format '{{.Id}}' "$1" 2>/dev/null)
  else
    id=$(buildah inspect --type image --format '{{.FromImageID}}' "$1" 2>/dev/null)
  fi && echo "${id#sha256:}"
}

# save_image IMAGE: as a Docker archive on stdout, under its full name
save_image() {
  if [[ $builder == docker ]]; then
    docker save "$1"
  else
    # Uncompressed: the archive is read once, on this machine, and compressing is what takes the time.
    buildah push --quiet --disable-compression "$1" "docker-archive:/dev/stdout:$(image_name "$1")"
  fi
}

# image_name IMAGE: the full name the container runtime of a node knows it by
image_name() {
  local first=${1%%/*}
  case $1 in
    */*) if [[ $first == *[.:]* || $first == localhost ]]; then echo "$1"; else echo "docker.io/$1"; fi ;;
    *) echo "docker.io/library/$1" ;;
  esac
}

# Base images made from Debian packages, for machines that reach a package mirror but no image registry. Sourced.
# shellcheck shell=bash disable=SC2154

suite=bookworm

declare -A base_packages=(
  [python]="python3 ca-certificates"
  [browser]="chromium-headless-shell fonts-liberation fonts-noto-color-emoji fontconfig ca-certificates"
)

# base_image NAME: prints the reference of the base image, after making it if this recipe was never made before
base_image() {
  local kind=$1 recipe reference rootfs
  recipe=$(declare -f make_rootfs debian import_rootfs; echo "$suite ${base_packages[$kind]} $(uname -m)")
  reference=localhost/testrun-base-$kind:$(sha256sum <<<"$recipe" | cut -c1-12)
  (
    flock --nonblock 8 || { say "$kind base: another build is at it, waiting"; flock 8; }
    if ! image_exists "$reference"; then
      need mmdebstrap=mmdebstrap
      local began=$EPOCHREALTIME
      say "$kind base: making it from Debian packages"
      rootfs=$(mktemp -d)
      # shellcheck disable=SC2064
      trap "rm -rf '$rootfs'" EXIT
      make_rootfs "${base_packages[$kind]}" "$rootfs/rootfs.tar" >"$rootfs/log" 2>&1 ||
        { tail -n 20 "$rootfs/log" >&2; die "mmdebstrap failed"; }
      import_rootfs "$rootfs" "$reference" >"$rootfs/log" 2>&1 || { tail -n 20 "$rootfs/log" >&2; die "cannot import the $kind base"; }
      say "$kind base: made in $(seconds_since "$began") s"
    fi
  ) 8>"$cache/images/.base-$kind.lock"
  echo "$reference"
}

make_rootfs() { # PACKAGES FILE
  # Left out: manuals, translations, drivers of graphics cards, the mirrors of this machine.
  # shellcheck disable=SC2016
  debian --variant=essential --include="${1// /,}" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/lib/*/dri/*' --dpkgopt='path-exclude=/usr/lib/*/libLLVM*' \
    --dpkgopt='path-exclude=/usr/lib/*/libz3*' \
    --customize-hook='cd "$1" && rm -rf etc/apt/sources.list var/cache/* var/log/*' "$suite" "$2"
}

# debian ARGUMENT...: mmdebstrap with the mirrors and proxies of this machine's own apt, if it is a Debian of this release; else
# mmdebstrap's defaults
debian() {
  local sources=() options=() setting
  # shellcheck disable=SC2016
  mapfile -t sources < <(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)|$(ORIGIN)' \
    'Created-By: Packages' 2>/dev/null | sed -n "/ $suite.*|Debian$/s/|Debian$//p" | sort -u)
  for setting in Acquire::http::Proxy Acquire::https::Proxy; do
    setting=$(apt-config dump --format '%f "%v";' "$setting" 2>/dev/null || true)
    [[ -z $setting ]] || options+=("--aptopt=$setting")
  done
  mmdebstrap "${options[@]}" "$@" "${sources[@]}"
}

import_rootfs() { # FOLDER REFERENCE
  local path='ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  if [[ $builder == docker ]]; then
    docker import --change "$path" "$1/rootfs.tar" "$2"
  else
    printf '%s\n' 'FROM scratch' 'ADD rootfs.tar /' "$path" >"$1/Dockerfile"
    buildah bud --quiet --tag "$2" "$1"
  fi
}

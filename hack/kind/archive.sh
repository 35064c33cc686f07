# Images as a Docker archive, made of files by hand: FROM scratch, with neither engine nor registry. Sourced by node-image.sh.
# shellcheck shell=bash disable=SC2154

# layer FILE...: a tar of them in /usr/local/bin of an image; prints its path
layer() {
  local folder=$work/layer tar
  rm -rf "$folder"
  mkdir -p "$folder/usr/local/bin" "$work/archive"
  cp --no-dereference "$@" "$folder/usr/local/bin/"
  tar=$work/archive/$(basename "$1").tar
  tar --create --file "$tar" --directory "$folder" --owner 0 --group 0 --numeric-owner --mtime @0 usr
  echo "$tar"
}

# image NAME PROGRAM LAYER...: adds it to the archive; the layers are tar files
image() {
  local name=$1 program=$2 layer config digests=() files=()
  shift 2
  for layer in "$@"; do
    digests+=("\"sha256:$(sha256sum <"$layer" | cut -c1-64)\"")
    files+=("\"$(basename "$layer")\"")
  done
  config=$(sha256sum <<<"$name" | cut -c1-12).json
  jq --null-input --arg architecture "$(dpkg --print-architecture)" --arg program "$program" --argjson digests "$(list "${digests[@]}")" '
    {$architecture, os: "linux", config: {Entrypoint: [$program], Env: ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
     rootfs: {type: "layers", diff_ids: $digests}}' >"$work/archive/$config"
  jq --null-input --arg config "$config" --arg name "$name" --argjson layers "$(list "${files[@]}")" \
    '{Config: $config, RepoTags: [$name], Layers: $layers}' >>"$work/images.json"
}

list() { local IFS=,; echo "[$*]"; }

# archive FILE: all that were added
archive() {
  jq --slurp . "$work/images.json" >"$work/archive/manifest.json"
  tar --create --file "$1" --directory "$work/archive" .
}

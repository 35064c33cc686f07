# Sourced: `install FOLDER COMMAND…` runs a command that installs packages in a folder: once, and again when the folder's files change.
install() {
  folder=$1
  shift
  wanted=$(cd "$folder" && find . -maxdepth 1 -type f \( -name package.json -o -name '*lock*' -o -name '*.y*ml' \) ! -name .installed | sort | xargs cksum | cksum)
  if [ "$(cat "$folder/.installed" 2>/dev/null)" != "$wanted" ]; then
    (cd "$folder" && "$@" >&2)
    echo "$wanted" >"$folder/.installed"
  fi
}

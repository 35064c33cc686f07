#!/usr/bin/env bash
# Builds the programs of the test clusters from Go modules pinned in modules/*/go.{mod,sum}.
#
#   build.sh                 everything a local cluster needs, kubectl and helm
#   build.sh NAME...         only these (envtest: etcd kube-apiserver kubectl)
#   build.sh --print-dir     the folder that holds them; it changes when a pin changes
#
# Each program lands in $TESTRUN_CACHE/bin/<component>-<version>-<hash of the pins>/; the printed folder links to them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# name: component (a folder in modules/) and package
declare -A programs=(
  [etcd]="etcd go.etcd.io/etcd/server/v3"
  [kubeadm]="kubernetes k8s.io/kubernetes/cmd/kubeadm"
  [kube-apiserver]="kubernetes k8s.io/kubernetes/cmd/kube-apiserver"
  [kube-controller-manager]="kubernetes k8s.io/kubernetes/cmd/kube-controller-manager"
  [kube-proxy]="kubernetes k8s.io/kubernetes/cmd/kube-proxy"
  [kube-scheduler]="kubernetes k8s.io/kubernetes/cmd/kube-scheduler"
  [kubectl]="kubernetes k8s.io/kubernetes/cmd/kubectl"
  [kubelet]="kubernetes k8s.io/kubernetes/cmd/kubelet"
  [coredns]="coredns ."
  [pause]="pause ."
  [crictl]="crictl ."
  [helm]="helm helm.sh/helm/v3/cmd/helm"
  [kind]="kind sigs.k8s.io/kind"
  [argocd]="argocd github.com/argoproj/argo-cd/v3/cmd"
)
# In the order of need; kind, kubeadm, crictl and argocd are built only when asked for.
usual=(etcd kube-apiserver kubectl kubelet kube-controller-manager kube-scheduler kube-proxy coredns pause helm)
# The module whose version is the component's version.
declare -A module=(
  [etcd]=go.etcd.io/etcd/server/v3
  [kubernetes]=k8s.io/kubernetes
  [coredns]=github.com/coredns/coredns
  [crictl]=k8s.io/cri-api
  [helm]=helm.sh/helm/v3
  [kind]=sigs.k8s.io/kind
  [argocd]=github.com/argoproj/argo-cd/v3
)
# Files and folders of its module that a component does not work without. They land beside the program.
declare -A beside=(
  [argocd]="hack/git-verify-wrapper.sh manifests/crds manifests/base/config"
)

version_of() { # COMPONENT
  local version
  version=$(awk -v m="${module[$1]:-}" '$1 == m { print $2; exit } $1 == "require" && $2 == m { print $3; exit }' \
    "$here/modules/$1/go.mod")
  echo "${version:-v0}"
}

linker_flags() { # COMPONENT VERSION
  local minor
  printf '%s' "-s -w"
  case $1 in
    # Without these the server calls itself v0.0.0-master and clients refuse it.
    kubernetes)
      minor=${2#v1.}
      printf ' -X k8s.io/component-base/version.%s' "gitVersion=$2" gitMajor=1 "gitMinor=${minor%%.*}" gitTreeState=clean
      ;;
    argocd) printf ' -X github.com/argoproj/argo-cd/v3/common.version=%s' "${2#v}" ;;
    helm) printf ' -X helm.sh/helm/v3/internal/version.version=%s' "$2" ;;
  esac
}

key_of() { # COMPONENT: <component>-<version>-<hash>, a new one whenever what is built from changes
  local version hash
  version=$(version_of "$1")
  hash=$(cd "$here/modules/$1" && { uname -sm; linker_flags "$1" "$version"; printf '%s' "${beside[$1]:-}"; cat -- *; } | sha256sum)
  echo "$1-$version-${hash:0:8}"
}

declare -A keys=()
for folder in "$here"/modules/*/; do
  component=$(basename "$folder")
  keys[$component]=$(key_of "$component")
done
set_hash=$(printf '%s\n' "${keys[@]}" | sort | sha256sum)
set_dir=$cache/bin/set-${set_hash:0:12}

build() { # NAME
  local name=$1 component package target version began status=0
  read -r component package <<<"${programs[$name]}"
  target=$cache/bin/${keys[$component]}
  mkdir -p "$target"
  if [[ ! -x $target/$name ]]; then
    (
      flock --nonblock 9 || { say "$name: another build is at it, waiting"; flock 9; }
      [[ ! -x $target/$name ]] || exit 0
      check_go
      began=$EPOCHREALTIME
      version=$(version_of "$component")
      cd "$here/modules/$component"
      # The pins decide, not the caller's Go settings. Only settings that say where modules come from are left alone.
      env -u GOOS -u GOARCH -u GOEXPERIMENT CGO_ENABLED=0 GOWORK=off GOFLAGS=-buildvcs=false \
        go build -mod=readonly -trimpath -ldflags "$(linker_flags "$component" "$version")" -o "$target/.$name.new" "$package" \
        9>&- 2>"$target/.$name.log" || status=$?
      if ((status)); then
        grep -v '^go: downloading' "$target/.$name.log" | tail -n 30 >&2
        die "$name $version does not build"
      fi
      copy_beside "$component" "$target"
      mv "$target/.$name.new" "$target/$name"
      rm -f "$target/.$name.log"
      say "$name $version: built in $(seconds_since "$began") s"
    ) 9>"$target/.$name.lock"
  fi
  mkdir -p "$set_dir"
  [[ -x $set_dir/$name ]] || ln -sfn "../${keys[$component]}/$name" "$set_dir/$name"
}

copy_beside() { # COMPONENT TARGET: from the module's folder, where this is called
  local path folder
  [[ -n ${beside[$1]:-} ]] || return 0
  folder=$(GOWORK=off GOFLAGS=-mod=readonly go list -m -f '{{.Dir}}' "${module[$1]}")
  for path in ${beside[$1]}; do
    cp -r --no-preserve=mode "$folder/$path" "$2/"
  done
  find "$2" -name '*.sh' -exec chmod +x {} + # a module has no modes
}

check_go() {
  command -v go >/dev/null || die "Go is needed (the version in hack/cluster/modules/kubernetes/go.mod or newer)"
}

case ${1:-} in
  --print-dir) echo "$set_dir"; exit ;;
  -h | --help) usage; exit ;;
esac
names=("$@")
((${#names[@]})) || names=("${usual[@]}")
for name in "${names[@]}"; do
  [[ -n ${programs[$name]:-} ]] || die "unknown program: $name (known: ${!programs[*]})"
done
for name in "${names[@]}"; do
  build "$name"
done
# For people; scripts ask for --print-dir.
ln -sfn "$(basename "$set_dir")" "$cache/bin/.current.$$" && mv -T "$cache/bin/.current.$$" "$cache/bin/current"

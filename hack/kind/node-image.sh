#!/usr/bin/env bash
# Makes the root file system of a kind node from Debian packages, the programs of hack/cluster/build.sh and the base files in kind's own
# Go module, and prints the tar's path. Nothing is pulled. What is in it decides its name: the same is never made twice.
#
# Needs root on Debian 12, and no Docker engine. kind's crictl and kindnetd are not to be had this way: see modules/crictl and node/.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../cluster/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cluster/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../images/base.sh
source "$repo/hack/images/base.sh"
kind_folder=$repo/hack/kind
# shellcheck source-path=SCRIPTDIR source=archive.sh
source "$kind_folder/archive.sh"
[[ ${1:-} != -* ]] || { usage; exit; }

packages=systemd,conntrack,iptables,nftables,iproute2,ethtool,util-linux,mount,kmod,libseccomp2,pigz,e2fsprogs,bash,ca-certificates,curl,jq,procps,socat,hostname,containerd,runc,containernetworking-plugins

build_control_plane() { # FILE: the images that kubeadm wants, as an archive
  local name program file links=$work/links
  # kube-proxy calls iptables: extracted packages are enough. That runs no maintainer scripts, so the names are ours to link.
  debian --variant=extract --include=iptables,nftables,conntrack,kmod "$suite" "$work/archive/iptables.tar"
  mkdir "$links"
  for name in ip{,6}tables{,-save,-restore}; do ln -s /usr/sbin/xtables-nft-multi "$links/$name"; done
  for name in $("$programs/kubeadm" config images list --kubernetes-version "$version"); do
    program=$(basename "${name%:*}")
    file=$(realpath "$programs/$program")
    case $program in
      kube-proxy) image "$name" "$program" "$work/archive/iptables.tar" "$(layer "$links"/*)" "$(layer "$file")" ;;
      kube-* | etcd | coredns | pause) image "$name" "$program" "$(layer "$file")" ;;
      *) die "kubeadm wants the image $name, and nothing here builds it" ;;
    esac
    [[ $program != pause ]] || pause=$name
  done
  archive "$1"
}

build_root() { # FILE
  export base programs work version pause kind_folder
  debian --variant=minbase --include="$packages" --customize-hook="bash $kind_folder/node/customize.sh \"\$1\"" "$suite" "$1"
}

programs=$("$here/build.sh" --print-dir)
base=$(cd "$here/modules/kind" && go mod download -json sigs.k8s.io/kind | sed -n 's/.*"Dir": "\(.*\)",/\1/p')/images/base/files
[[ -d $base ]] || die "kind's Go module has no images/base/files"
key=$({ cat "$here"/modules/{etcd,kubernetes,coredns,pause,crictl,kind}/* "$kind_folder"/{node-image,archive}.sh "$kind_folder"/node/*; declare -f debian; } | sha256sum)
node=$cache/kind/node-${key:0:12}.tar
mkdir -p "$cache/kind"
(
  flock --nonblock 8 || { say "node image: another build is at it, waiting"; flock 8; }
  [[ ! -f $node ]] || exit 0
  need mmdebstrap=mmdebstrap jq=jq containerd=containerd
  "$here/build.sh" etcd kube-apiserver kubectl kubelet kubeadm kube-controller-manager kube-scheduler kube-proxy coredns pause crictl
  began=$EPOCHREALTIME
  work=$(mktemp -d)
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  mkdir "$work/archive"
  version=$("$programs/kubeadm" version -o short)
  say "node image: making the control plane's images"
  build_control_plane "$work/images.tar" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; die "the control plane's images cannot be made"; }
  say "node image: making the root file system"
  build_root "$work/node.tar" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; die "the root file system cannot be made"; }
  rm -f "$cache"/kind/node-*.tar # older ones
  mv "$work/node.tar" "$node"
  say "node image: made in $(seconds_since "$began") s"
) 8>"$cache/kind/.node.lock"
echo "$node"

# What mmdebstrap runs on the node's root file system when the packages are there (a customize hook of ../node-image.sh): as kind's base
# Dockerfile, and then Kubernetes and its images.
# shellcheck shell=bash disable=SC2154
set -euo pipefail
root=$1
cd "$root"

# kind's own files, and its trimming of systemd.
cp --recursive --no-preserve=ownership "$base"/etc "$base"/usr "$base"/kind .
chmod --recursive u+w,go+rX etc/containerd etc/systemd etc/sysctl.d etc/default etc/crictl.yaml usr/local kind
chmod 755 usr/local/bin/* kind/bin/*
find lib/systemd/system/sysinit.target.wants/ -name systemd-tmpfiles-setup.service -delete
rm -f lib/systemd/system/multi-user.target.wants/* etc/systemd/system/*.wants/* lib/systemd/system/local-fs.target.wants/* \
  lib/systemd/system/sockets.target.wants/*udev* lib/systemd/system/sockets.target.wants/*initctl* lib/systemd/system/basic.target.wants/*
echo ReadKMsg=no >>etc/systemd/journald.conf
ln -sf /usr/lib/systemd/systemd sbin/init
install -m 644 "$kind_folder"/node/*.service etc/systemd/system/
chroot . systemctl --quiet enable kubelet.service containerd.service undo-mount-hacks.service \
  node-network.service open-volumes.service
chroot . systemctl --quiet mask systemd-binfmt.service
mkdir -p etc/kubernetes/manifests etc/cni/net.d opt/cni

# Debian's containerd, runc and CNI plugins, where kind's files look for them.
for program in containerd ctr containerd-shim-runc-v2; do ln -s /usr/bin/$program usr/local/bin/$program; done
ln -sfn /usr/lib/cni opt/cni/bin
chroot . ctr oci spec |
  jq '.hooks.createContainer = [{path: "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' >etc/containerd/cri-base.json
# Where root may not lower oom_score_adj, no pod would start without the first.
sed -i -e 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' -e "s#sandbox_image = .*#sandbox_image = \"$pause\"#" \
  etc/containerd/config.toml
grep --quiet 'restrict_oom_score_adj = true' etc/containerd/config.toml
grep --quiet --fixed-strings "$pause" etc/containerd/config.toml

# Kubernetes, and what kind applies in place of its own network and storage, whose images are not to be had.
install -m 755 "$programs"/kubeadm "$programs"/kubelet "$programs"/kubectl usr/bin/
install -m 755 "$programs"/crictl usr/local/bin/
echo -n "$version" >kind/version
install -D -m 644 -t kind/manifests "$kind_folder"/node/default-cni.yaml "$kind_folder"/node/default-storage.yaml
install -D -m 644 -t kind/node "$kind_folder"/node/10-bridge.conflist "$kind_folder"/node/open-volumes.sh

# The control plane's images, in the store of the node's containerd: content and names only, unpacked at first use.
state=$(mktemp -d)
cat >"$state/config.toml" <<CONFIG
version = 2
root = "$root/var/lib/containerd"
state = "$state/run"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
  address = "$state/sock"
CONFIG
containerd --config "$state/config.toml" >"$work/containerd.log" 2>&1 &
containerd=$!
trap 'kill $containerd; wait $containerd || true; rm -rf "$state"' EXIT
for _ in {1..100}; do
  ! ctr --address "$state/sock" version >/dev/null 2>&1 || break
  sleep 0.1
done
ctr --address "$state/sock" --namespace k8s.io images import --no-unpack --digests "$work/images.tar"

rm -rf var/lib/apt/lists/* var/cache/apt/*.bin usr/share/doc/* usr/share/man/* usr/share/locale/*

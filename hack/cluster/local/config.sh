# Certificates and configuration of a local node. Sourced by providers/local.sh; paths in files are those within the node.
# shellcheck shell=bash disable=SC2154

pods=10.244.0.0/16
services=10.96.0.0/16
first_service=10.96.0.1

write_config() {
  local node=$state/node
  rm -rf "$node"
  mkdir -p "$node"/{pki,log,ended,tmp,cni,etcd,containerd,kubelet}
  chmod 700 "$node" "$node/pki"
  write_certificates "$node/pki" >"$node/log/certificates.log" 2>&1 || fail "openssl failed" certificates
  write_identities "$node"
  write_pause_image "$node"
  write_containerd "$node"
  write_kubelet >"$node/kubelet.yaml"
  write_proxy >"$node/proxy.yaml"
  write_corefile >"$node/Corefile"
  cp "$here/local/manifests.yaml" "$node/manifests.yaml"
  # What node.sh has to know.
  declare -p name node_address host_address pods services >"$node/settings"
}

write_certificates() { # FOLDER
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650)
  cd "$1" || return
  openssl req -x509 "${key[@]}" -keyout ca.key -out ca.crt -subj "/CN=$name" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature &&
    openssl req -x509 -CA ca.crt -CAkey ca.key "${key[@]}" -keyout apiserver.key -out apiserver.crt -subj /CN=kube-apiserver \
      -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth \
      -addext "subjectAltName=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:$first_service,IP:$node_address" &&
    openssl req -x509 -CA ca.crt -CAkey ca.key "${key[@]}" -keyout kubelet-client.key -out kubelet-client.crt \
      -subj /O=system:masters/CN=kube-apiserver-kubelet-client \
      -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth &&
    openssl genrsa -out service-accounts.key 2048 &&
    openssl rsa -in service-accounts.key -pubout -out service-accounts.pub
  local status=$?
  cd - >/dev/null || return
  return $status
}

# write_identities FOLDER: a token and a kubeconfig for the administrator and for each component, which holds the rights
# that Kubernetes itself grants to its name, and no more.
write_identities() {
  local who user group token
  while read -r who user group; do
    token=$(openssl rand -hex 24)
    echo "$token,$user,$user,\"$group\"" >>"$1/pki/tokens.csv"
    cat >"$1/$who.kubeconfig" <<YAML
apiVersion: v1
kind: Config
current-context: $name
clusters:
  - name: $name
    cluster:
      server: https://$node_address:6443
      certificate-authority-data: $(base64 --wrap 0 <"$1/pki/ca.crt")
users:
  - name: $user
    user: {token: $token}
contexts:
  - name: $name
    context: {cluster: $name, user: $user}
YAML
  done <<TABLE
admin admin system:masters
kube-controller-manager system:kube-controller-manager
kube-scheduler system:kube-scheduler
kube-proxy system:kube-proxy
kubelet system:node:$name system:nodes
coredns system:coredns
TABLE
  chmod 600 "$1"/pki/tokens.csv "$1"/*.kubeconfig
}

# Every pod's sandbox runs an image that waits, and there is no registry to pull it from: this one is made by hand.
pause_image=localhost/pause:1
write_pause_image() { # FOLDER
  local folder=$1/pause architecture
  case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *) architecture=$(uname -m) ;; esac
  mkdir "$folder"
  tar --create --file "$folder/layer.tar" --directory "$("$here/build.sh" --print-dir)" --dereference --mode 755 pause
  cat >"$folder/config.json" <<JSON
{"architecture": "$architecture", "os": "linux", "config": {"Entrypoint": ["/pause"], "User": "65535:65535"},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$(sha256sum <"$folder/layer.tar" | cut -c1-64)"]}}
JSON
  echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"$pause_image\"], \"Layers\": [\"layer.tar\"]}]" >"$folder/manifest.json"
  tar --create --file "$1/pause.tar" --directory "$folder" manifest.json config.json layer.tar
  rm -r "$folder"
}

write_containerd() { # FOLDER
  local snapshotter=overlayfs
  # An overlay cannot lie on an overlay, which is where we are when this machine is a container itself.
  [[ $(stat --file-system --format %T "$1") != overlay* ]] || snapshotter=native
  # restrict_oom_score_adj: root may not lower oom_score_adj on some machines, and then no pod would start.
  # disable_apparmor: a profile would outlive the cluster in the machine's kernel.
  cat >"$1/containerd.toml" <<TOML
version = 2
root = "/run/node/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/node/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$pause_image"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "$snapshotter"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/run/node/cni"
TOML
  # Point to point: pods reach each other through the node's routing, so Services need no bridge netfilter module.
  cat >"$1/cni/10-pods.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "ptp", "ipam": {"type": "host-local", "dataDir": "/run/cni", "ranges": [[{"subnet": "$pods"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}
]}
JSON
}

# No image is ever pulled here, so none may be collected; cgroup v1 is still what some machines have.
write_kubelet() {
  cat <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: /run/node/pki/ca.crt}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /testrun-cluster-$name
clusterDNS: [$node_address]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/node/containerd.sock
evictionHard: {memory.available: 100Mi, nodefs.available: "1%", imagefs.available: "1%"}
failCgroupV1: false
failSwapOn: false
imageGCHighThresholdPercent: 100
maxPods: 500
podLogsDir: /run/node/log/pods
resolvConf: ""
serializeImagePulls: false
volumePluginDir: /run/node/kubelet/volumeplugins
YAML
}

write_proxy() {
  cat <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: $pods
clientConnection: {kubeconfig: /run/node/kube-proxy.kubeconfig}
conntrack: {maxPerCore: 0}
healthzBindAddress: 0.0.0.0:10256
hostnameOverride: $name
YAML
}

# Names of the cluster only: there is nothing else to reach.
write_corefile() {
  cat <<CONFIG
.:53 {
  bind $node_address
  errors
  ready $node_address:8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig /run/node/coredns.kubeconfig
    pods insecure
  }
}
CONFIG
}

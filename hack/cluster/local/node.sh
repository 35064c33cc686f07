#!/usr/bin/env bash
# The first process of a local node, in fresh namespaces: prepares them, runs the components, starts again what ends.
# Started by providers/local.sh as: node.sh STATE PROGRAMS LINKS, which become /run/node, /run/programs and /run/bin.
# shellcheck disable=SC2154,SC2317 # the settings are sourced in main, and keep calls functions by name
set -euo pipefail

# What components write to fixed places must not reach the machine.
prepare_mounts() { # STATE PROGRAMS LINKS
  mount --make-rshared / # containers must see what kubelet mounts
  mount -t tmpfs tmpfs /run
  mkdir -p /run/node /run/programs /run/lock
  mount --bind "$1" /run/node
  mount --bind "$2" /run/programs
  ln -s "programs/$(basename "$3")" /run/bin
  mount --bind /run/node/tmp /tmp # the host-path provisioner's volumes are in /tmp
  chmod 1777 /tmp
  mount -t tmpfs tmpfs /var/lib # CNI's results
  mount -t tmpfs tmpfs /var/log # kubelet's links to logs
}

prepare_network() {
  ip link set lo up
  for _ in {1..100}; do # the machine's side puts the cable in
    ! ip link show uplink >/dev/null 2>&1 || break
    sleep 0.05
  done
  ip address add "$node_address/24" dev uplink
  ip link set uplink up
  echo 1 >/proc/sys/net/ipv4/ip_forward
  # Pods may reach the machine, which knows no way back to their addresses.
  iptables --table nat --append POSTROUTING --source "$pods" --out-interface uplink --jump MASQUERADE
  # A connection to a Service that kube-proxy does not know (yet) must fail at once: an unanswered one hangs for half a
  # minute, even if the Service appears meanwhile. Known Services are translated before these chains. There is no default
  # route for the same reason; this one only leads the node's own connections as far as the translation.
  ip route add "$services" via "$host_address"
  local chain
  for chain in FORWARD OUTPUT; do
    iptables --insert $chain --destination "$services" --jump REJECT
    iptables --insert $chain --destination "$services" --protocol tcp --jump REJECT --reject-with tcp-reset
  done
}

# keep COMPONENT ARGUMENT...: runs it for ever; an end leaves a note in ended/, which up.sh takes for a failure
keep() {
  local component=$1 status
  while :; do
    status=0
    "$@" >>"log/$component.log" 2>&1 || status=$?
    echo "status $status, $(date --utc +%T)" >>"ended/$component"
    sleep 1
  done
}

# The provisioner makes its volumes' folders for root alone, but pods shall not need to be root to write.
open_volumes() {
  local path
  kubectl --kubeconfig admin.kubeconfig get persistentvolumes --watch-only --output 'jsonpath={.spec.hostPath.path}{"\n"}' |
    while read -r path; do
      [[ $path != /tmp/hostpath_pv/* || ! -d $path ]] || chmod 777 "$path"
    done
}

run_components() {
  local etcd=http://127.0.0.1:2379 peer=http://127.0.0.1:2380
  # Nothing here outlives a crash of the machine, so nothing is worth a sync to disk.
  keep etcd --name node --data-dir etcd --unsafe-no-fsync --listen-client-urls $etcd --advertise-client-urls $etcd \
    --listen-peer-urls $peer --initial-advertise-peer-urls $peer --initial-cluster node=$peer &
  keep containerd --config containerd.toml &
  keep kube-apiserver \
    --etcd-servers $etcd \
    --advertise-address "$node_address" \
    --authorization-mode Node,RBAC \
    --enable-admission-plugins NodeRestriction \
    --allow-privileged \
    --service-cluster-ip-range "$services" \
    --tls-cert-file pki/apiserver.crt --tls-private-key-file pki/apiserver.key --cert-dir pki \
    --client-ca-file pki/ca.crt \
    --token-auth-file pki/tokens.csv \
    --service-account-issuer https://kubernetes.default.svc.cluster.local \
    --service-account-key-file pki/service-accounts.pub --service-account-signing-key-file pki/service-accounts.key \
    --kubelet-client-certificate pki/kubelet-client.crt --kubelet-client-key pki/kubelet-client.key \
    --kubelet-preferred-address-types InternalIP & # nobody resolves the node's name
  until curl --fail --silent --cacert pki/ca.crt https://127.0.0.1:6443/readyz >/dev/null; do sleep 0.1; done

  # The rate limit counts: it starts its controllers one token request after the other.
  keep kube-controller-manager \
    --kubeconfig kube-controller-manager.kubeconfig --use-service-account-credentials --leader-elect=false \
    --kube-api-qps 200 --kube-api-burst 400 \
    --bind-address 127.0.0.1 --cert-dir pki \
    --root-ca-file pki/ca.crt --service-account-private-key-file pki/service-accounts.key \
    --cluster-signing-cert-file pki/ca.crt --cluster-signing-key-file pki/ca.key \
    --enable-hostpath-provisioner &
  keep open_volumes &
  keep kube-scheduler --kubeconfig kube-scheduler.kubeconfig --leader-elect=false --bind-address 127.0.0.1 --cert-dir pki &
  until ctr version >/dev/null 2>&1; do sleep 0.1; done
  ctr --namespace k8s.io images import pause.tar >log/pause.log 2>&1
  keep kubelet --config kubelet.yaml --kubeconfig kubelet.kubeconfig --hostname-override "$name" --node-ip "$node_address" \
    --root-dir /run/node/kubelet --cert-dir pki &
  keep kube-proxy --config proxy.yaml &
  kubectl --kubeconfig admin.kubeconfig apply --filename manifests.yaml >log/manifests.log 2>&1
  keep coredns -conf Corefile &
}

main() { # all of the file is read before any of it runs, so editing it does not disturb a running node
  prepare_mounts "$@"
  cd /run/node
  # shellcheck source=/dev/null
  source ./settings # name node_address host_address pods services
  export PATH=/run/bin:$PATH CONTAINERD_ADDRESS=/run/node/containerd.sock
  hostname "$name"
  prepare_network
  run_components
  wait
}

main "$@"
exit

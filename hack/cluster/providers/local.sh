# A real node of this machine's own processes: no Docker engine, no registry, nothing downloaded but Debian packages and Go
# modules. Everything runs in namespaces of its own, so the machine's network, mounts and processes stay as they are, and
# the death of the first process in them is the death of the whole cluster. Needs root.
#
# $state/node is /run/node in there: short paths (sockets allow no long ones), the same for every cluster.
# shellcheck shell=bash disable=SC2154
# shellcheck source-path=SCRIPTDIR source=../local/config.sh
source "$here/local/config.sh"

start_timeout=90

# The node's first process, and when it started: a process id alone may belong to a stranger by now.
started_at() { awk '{ sub(/.*\) /, ""); if ($1 != "Z") print $20 }' "/proc/$1/stat" 2>/dev/null; }
node_alive() {
  local started
  read -r node_pid started 2>/dev/null <"$state/pid" && [[ -n $started && $(started_at "$node_pid") == "$started" ]]
}
node_dead() { ! node_alive; }

# in_node COMMAND...: within the namespaces of the node, as set by node_alive
in_node() {
  nsenter --target "$node_pid" --mount --net --pid --ipc --uts \
    env PATH="/run/bin:$PATH" CONTAINERD_ADDRESS=/run/node/containerd.sock KUBECONFIG=/run/node/admin.kubeconfig "$@"
}

# addresses INDEX: each cluster has a small network of its own between the machine and the node
addresses() {
  index=$1
  network=10.99.$index.0/24 host_address=10.99.$index.1 node_address=10.99.$index.2 veth=testrun$index
}

choose_addresses() {
  local try taken
  taken=$(cat "$cache"/clusters/*/index 2>/dev/null || true)
  for ((try = $(cksum <<<"$name" | cut -d' ' -f1), end = try + 250; try < end; try++)); do
    addresses $((try % 250 + 1))
    if ! grep -qx "$index" <<<"$taken" && [[ -z $(ip -4 route show root "$network")$(ip -o link show "$veth" 2>/dev/null) ]]; then
      echo "$index" >"$state/index"
      return
    fi
  done
  die "no free network within 10.99.0.0/16"
}

healthy() {
  node_alive && components_stay && api_answers && node_ready && proxy_answers && dns_answers
}
# The API still calls a node Ready for most of a minute after its kubelet is gone: see whether anything ends and ends again.
components_stay() { [[ -z $(find "$state/node/ended" -type f -newermt '2 seconds ago') ]]; }
# curl knows when an answer is a refusal, kubectl needs four times as long
api_answers() { curl --fail --silent --max-time 2 --cacert "$state/node/pki/ca.crt" "https://$node_address:6443/readyz"; }
node_ready() {
  local seen
  seen=$(KUBECONFIG=$state/kubeconfig kubectl get node "$name" --request-timeout 5s \
    --output 'jsonpath={.status.conditions[?(@.type=="Ready")].status} {.spec.taints[*].key}') && [[ $seen == "True " ]]
}
proxy_answers() { curl --fail --silent --max-time 2 "http://$node_address:10256/healthz"; }
dns_answers() { curl --fail --silent --max-time 2 "http://$node_address:8181/ready"; }
pods_allowed() { KUBECONFIG=$state/kubeconfig kubectl get serviceaccount default --request-timeout 5s; }

provider_up() { # KUBECONFIG
  ((EUID == 0)) || die "PROVIDER=local needs root"
  if [[ -f $state/index ]]; then
    addresses "$(<"$state/index")"
    if node_alive && wait_for 10 healthy; then return; fi
    say "cluster $name is not well: making it anew"
    provider_down
  fi
  need containerd=containerd runc=runc /usr/lib/cni/ptp=containernetworking-plugins iptables=iptables ip=iproute2 \
    openssl=openssl curl=curl unshare=util-linux
  programs etcd kube-apiserver kubectl kubelet kube-controller-manager kube-scheduler kube-proxy coredns pause
  mkdir -p "$state"
  choose_addresses
  write_config
  install -m 600 "$state/node/admin.kubeconfig" "$1"
  start_node
  # Whatever fails from here on, no half cluster is left running; its logs stay until the next up or down.
  trap 'provider_stop' EXIT
  reach "API server" kube-apiserver api_answers
  reach "node" kubelet node_ready
  reach "Services" kube-proxy proxy_answers
  reach "DNS" coredns dns_answers
  reach "service accounts" kube-controller-manager pods_allowed
  trap - EXIT
}

start_node() {
  local links outer
  links=$("$here/build.sh" --print-dir)
  make_cgroups
  # In a session of its own: neither the end of this script nor Ctrl-C of what comes later ends the cluster.
  setsid unshare --mount --net --pid --ipc --uts --fork --kill-child --mount-proc --propagation private \
    bash "$here/local/node.sh" "$state/node" "$cache/bin" "$links" \
    </dev/null >"$state/node/log/node.log" 2>&1 9>&- &
  outer=$!
  wait_for 10 pgrep --parent "$outer" || fail "the namespaces could not be made" node
  node_pid=$(pgrep --parent "$outer")
  echo "$node_pid $(started_at "$node_pid")" >"$state/pid"
  # The node waits for its end of the cable.
  ip link add "$veth" type veth peer name uplink netns "$node_pid" || fail "no network for the node" node
  ip address add "$host_address/24" dev "$veth"
  ip link set "$veth" up
}

# reach WHAT COMPONENT CHECK: waits for the check, but no longer than the node and all its components live
reach() {
  local end=$((SECONDS + start_timeout)) began=$EPOCHREALTIME ended
  until "$3" >/dev/null 2>&1; do
    node_alive || fail "the node died" node
    for ended in "$state"/node/ended/*; do
      [[ ! -e $ended ]] || fail "$(basename "$ended") ended: $(<"$ended")" "$(basename "$ended")"
    done
    ((SECONDS < end)) || fail "$1 not ready after $start_timeout s" "$2"
    sleep 0.1
  done
  say "$1: ready after $(seconds_since "$began") s"
}

fail() { # MESSAGE COMPONENT
  local log=$state/node/log/$2.log
  say "--- the last lines of $log"
  tail -n 25 "$log" >&2 || true
  die "$1"
}

# The folder of this cluster's pods in each cgroup hierarchy: one with cgroup v2, several with v1.
cgroups() {
  local group=testrun-cluster-$name root
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
    echo "/sys/fs/cgroup/$group"
  else
    for root in /sys/fs/cgroup/*/; do
      [[ -L ${root%/} ]] || echo "$root$group"
    done
  fi
}

provider_stop() {
  if node_alive; then
    kill -KILL "$node_pid"
    wait_for 20 node_dead || die "process $node_pid does not end"
  fi
  if [[ -f $state/index ]]; then
    addresses "$(<"$state/index")"
    ip link delete "$veth" 2>/dev/null || true
  fi
}

make_cgroups() {
  local group controller
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
    # With v2 a folder has the controllers its parent hands down, and kubelet wants all of these that there are.
    for controller in cpu cpuset memory hugetlb pids; do
      echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control || true
    done 2>/dev/null
  fi
  for group in $(cgroups); do mkdir -p "$group"; done
}

remove_cgroups() {
  local group
  for group in $(cgroups); do
    [[ ! -d $group ]] || find "$group" -depth -type d -exec rmdir {} + || return 1
  done
}

provider_down() {
  provider_stop
  # They empty a moment after their processes died.
  wait_for 10 remove_cgroups || say "could not remove all of: $(cgroups | tr '\n' ' ')"
  rm -rf "$state/node" "$state/index" "$state/pid"
}

provider_load() { # IMAGE ID ARCHIVE
  node_alive || die "cluster $name does not run"
  local full label="testrun/source" loaded
  full=$(image_name "$1")
  loaded=$(in_node ctr --namespace k8s.io images list --quiet "name==$full,labels.\"$label\"==$2")
  [[ -z $loaded ]] || return 0
  if [[ -n $3 ]]; then cat "$3"; else save_image "$1"; fi | in_node ctr --namespace k8s.io images import - >/dev/null
  in_node ctr --namespace k8s.io images label "$full" "$label=$2" >/dev/null ||
    die "the archive holds no image named $full"
}

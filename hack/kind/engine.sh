# A Docker engine in namespaces of its own: this machine keeps its iptables, bridges and mounts, and the death of the engine's first
# process is the death of every container in it. It is reached by its socket, and by a pair of network devices. Sourced by test.sh; needs root.
# shellcheck shell=bash disable=SC2154

engine=$cache/kind/engine
engine_address=10.97.0.2 # also in node/config.yaml
engine_link=testrunkind

engine_up() {
  local outer
  engine_down # what an interrupted run left
  mkdir -p "$engine"
  setsid unshare --mount --net --pid --ipc --uts --fork --kill-child --mount-proc --propagation private \
    bash "${BASH_SOURCE[0]}" "$engine" "$engine_address" "$engine_link" </dev/null >"$engine/log" 2>&1 9>&- &
  outer=$!
  until pgrep --parent "$outer" >"$engine/pid"; do
    kill -0 "$outer" 2>/dev/null || { tail -n 5 "$engine/log" >&2; return 1; }
    sleep 0.1
  done
  ip link add "${engine_link}0" type veth peer name uplink netns "$(<"$engine/pid")" &&
    ip address add "${engine_address%.*}.1/24" dev "${engine_link}0" && ip link set "${engine_link}0" up || return
  export DOCKER_HOST=unix://$engine/docker.sock
  wait_for 30 docker version || { tail -n 20 "$engine/log" >&2; return 1; }
}

engine_down() {
  local pid parent
  pid=$(cat "$engine/pid" 2>/dev/null || true)
  # Without a first process there was nothing else.
  [[ -n $pid ]] || { rm -rf "$engine"; return 0; }
  # The number may belong to a stranger by now.
  if grep --quiet --text --fixed-strings "$engine" "/proc/$pid/cmdline" 2>/dev/null; then
    kill -KILL "$pid"
    wait_for 20 test ! -e "/proc/$pid" || die "the engine's process $pid does not end"
  fi
  ip link delete "${engine_link}0" 2>/dev/null || true
  # The kernel keeps the groups of killed containers. They are empty.
  for parent in /sys/fs/cgroup/testrun-kind /sys/fs/cgroup/*/testrun-kind; do
    [[ ! -d $parent ]] || wait_for 10 find "$parent" -depth -type d -exec rmdir {} + || say "could not remove $parent"
  done
  rm -rf "$engine"
}

engine_within() { # FOLDER ADDRESS LINK: the first process in the new namespaces
  mount --make-rshared /
  ip link set lo up
  until ip link show uplink >/dev/null 2>&1; do sleep 0.05; done
  # No default route: nothing in here reaches beyond this machine.
  ip address add "$2/24" dev uplink
  ip link set uplink up
  exec dockerd --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/docker.pid" --host "unix://$1/docker.sock" \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent testrun-kind \
    --add-runtime "capped=$(dirname "${BASH_SOURCE[0]}")/runc-capped" --default-runtime capped
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  engine_within "$@"
fi

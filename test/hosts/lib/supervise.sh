#!/bin/bash
# supervise.sh ID HOST HOST-FOLDER LOWER: keeps one host running. Enters the host's cgroup and namespaces and starts its PID 1;
# when that ends by reboot (or is killed: a power cut) it starts again on the same files, when it powers off it stays down.
set -u
HOSTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=common.sh
. "$HOSTS_DIR/lib/common.sh"
id=$1 host=$2 folder=$3 lower=$4
cgroup=$(cgroup_dir "$id" "$host")

boot() {
  # first into the cgroup, then the new cgroup namespace: the cgroup becomes its root
  (
    echo "$BASHPID" >"$cgroup/cgroup.procs"
    exec nsenter --net="/run/netns/$(netns_name "$id" "$host")" -- \
      unshare --cgroup --mount --uts --ipc --pid --fork --kill-child --propagation private -- \
      bash "$HOSTS_DIR/lib/boot.sh" "$host" "$folder" "$lower"
  )
}

# The supervisor itself sits beside its host, so that the fleet's cgroup holds all there is to end.
mkdir -p "$(cgroup_dir "$id" supervisors)" "$cgroup"
echo $$ >"$(cgroup_dir "$id" supervisors)/cgroup.procs"
while :; do
  started=$SECONDS
  boot </dev/null >>"$folder/console.log" 2>&1
  status=$?
  # reboot(2) in a PID namespace ends its init by SIGHUP for a restart and SIGINT for halt or power off
  [ "$status" -ne 130 ] || break
  # the host's own cgroups go with it, as memory does at a power cut
  kill_cgroup "$cgroup"
  mkdir -p "$cgroup"
  [ ! -x "$folder/reconnect" ] || "$folder/reconnect"
  [ $((SECONDS - started)) -ge 2 ] || sleep 1
done

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# namespace.sh NAME COMMAND...: runs it as a host of its own: cgroup, mount and network namespace, cgroup2 and bpffs mounted.
# Needs root. The cgroup is removed in the end; everything else goes with the last process.
set -eu
cgroup=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/$1
shift
mkdir -p "$cgroup"
# shellcheck disable=SC2016 # the inner shell expands
sh -c 'echo $$ >"$0/cgroup.procs"; exec unshare -C -m -n sh -ec "mount -t tmpfs none /mnt; mkdir /mnt/cgroup; mount -t cgroup2 none /mnt/cgroup
  mount -t bpf none /sys/fs/bpf; ip link set lo up; exec \"\$@\"" sh "$@"' "$cgroup" "$@" && rc=0 || rc=$?
for _ in 1 2 3 4 5; do
	rmdir "$cgroup" 2>/dev/null && break
	sleep 0.2
done
exit "$rc"

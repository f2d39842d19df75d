#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# memory.sh BUILD TOOLS: whose memory the clients of open connections are (run it by namespace.sh). The receiver is attached in a
# memory cgroup of its own, COUNT connections are held outside of it. One line "memory JSON": bytes charged to that cgroup.
set -u
bpf=$1/toa-bpf tools=$2 count=3000
v1=$(awk '$3 == "cgroup" && $4 ~ /memory/ { print $2; exit }' /proc/mounts)
if [ -n "$v1" ]; then
	root=$v1 usage=memory.kmem.usage_in_bytes
else
	root=$(awk '$3 == "cgroup2" && $2 ~ /^\/sys/ { print $2; exit }' /proc/mounts) usage=memory.current
	echo +memory >"$root/cgroup.subtree_control"
fi
group=$root/toa-memory-$$
mkdir "$group" || exit 3
sh -c 'echo $$ >"$0/cgroup.procs" && exec "$1" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}"' "$group" "$bpf" >/dev/null || exit 3
used() { cat "$group/$usage"; }
sysctl -qw net.core.somaxconn=4096 net.ipv4.tcp_max_syn_backlog=4096
before=$(used)
mkfifo /mnt/hold
"$tools/connections" hold $count </mnt/hold >/mnt/held &
exec 3>/mnt/hold
for _ in $(seq 1 300); do
	[ -s /mnt/held ] && break
	sleep 0.1
done
after=$(used)
printf 'memory {"count":%d,"charged":%d,"held":%s}\n' $count $((after - before)) "$(cat /mnt/held)"
exec 3>&-
wait
"$bpf" detach >/dev/null
rmdir "$group"

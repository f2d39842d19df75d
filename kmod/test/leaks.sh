#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# leaks.sh BUILD TOOLS COUNT: connections that end in every way, and how many sockets keep a client afterwards (run it by namespace.sh).
# TOOLS holds `connections` and storage_count.bpf.o. One JSON object a line; the last line is "leaks 0" when every way ended at zero.
set -u
bpf=$1/toa-bpf tools=$2 count=$3 leaks=0
# a killed process leaves FIN_WAIT sockets, which are to give up soon
sysctl -qw net.ipv4.tcp_orphan_retries=1 net.ipv4.tcp_fin_timeout=2 net.ipv4.tcp_max_tw_buckets=262144 net.core.somaxconn=4096 net.ipv4.tcp_max_syn_backlog=4096
"$bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" >/dev/null || exit 3
map=$(bpftool map show pinned /sys/fs/bpf/toa/peers | sed -n 's/^\([0-9]*\):.*/\1/p')
bpftool iter pin "$tools/storage_count.bpf.o" /sys/fs/bpf/count map id "$map" || exit 3
kept() { wc -c </sys/fs/bpf/count; }
subflows() { bpftool map dump pinned /sys/fs/bpf/toa/mptcp -j | grep -o '"key"' | wc -l; }

# A socket is freed after a grace period, so give it some seconds.
settle() {
	for _ in $(seq 1 100); do
		[ "$(kept)" = 0 ] && break
		sleep 0.1
	done
	left=$(kept)
	leaks=$((leaks + left))
	echo "{\"way\":\"$1\",\"kept\":$left,\"subflows\":$(subflows)}"
}

# Open connections are counted; then their process is killed.
mkfifo /mnt/hold
"$tools/connections" hold 500 </mnt/hold >/mnt/held &
pid=$!
exec 3>/mnt/hold
for _ in $(seq 1 100); do
	[ -s /mnt/held ] && break
	sleep 0.1
done
echo "{\"way\":\"open\",\"kept\":$(kept)}"
kill -9 $pid
exec 3>&-
wait $pid 2>/dev/null
settle killed
for place in ack syn; do
	for end in rst close fin abort orphan; do
		"$tools/connections" $end "$count" --place $place || leaks=$((leaks + 1))
		settle "$end-$place"
	done
done
"$tools/connections" rst "$((count / 5))" --listener v6 || leaks=$((leaks + 1))
settle v6
"$bpf" stats
echo "leaks $leaks"
[ $leaks = 0 ]

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# hostile.sh BUILD TOOLS [COUNT]: what an attacker or a neighbour may do to a receiver (run it by namespace.sh).
# Lines "NAME JSON"; JSON is what `connections` or `toa-bpf stats` says, or an object of this script.
set -u
bpf=$1/toa-bpf probe=$1/toa-probe tools=$2
say() {
	printf '%s ' "$1"
	shift
	"$@"
}
stats() { say "$1" "$bpf" stats; }
fresh() {
	"$bpf" detach >/dev/null
	"$bpf" attach --kinds default,254:8@syn,254:20@syn "$@" >/dev/null
}
sysctl -qw net.core.somaxconn=4096 net.ipv4.tcp_max_syn_backlog=1024

# Others' programs: one pair before ours, one after.
other() { # name, attach type
	bpftool cgroup attach /mnt/cgroup "$2" pinned "/sys/fs/bpf/others/$1" multi
}
mkdir /sys/fs/bpf/others
bpftool prog loadall "$tools/others.bpf.o" /sys/fs/bpf/others pinmaps /sys/fs/bpf/others_maps
other before_sockops sock_ops
other before_peername getpeername4
"$bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" >/dev/null || exit 3
other after_sockops sock_ops
other after_peername getpeername4
ran() { bpftool map dump pinned /sys/fs/bpf/others_maps/others -j | tr -d ' \n"' | grep -o 'value:[0-9]*}' | tr -dc '0-9\n' | paste -sd, - | sed "s/.*/$1 {\"ran\":[&]}/"; }
say with_others "$tools/connections" rst 100
ran others_beside
"$bpf" attach --kinds huawei >/dev/null
say replaced_beside "$tools/connections" rst 100
"$bpf" detach >/dev/null
say others_alone "$tools/connections" rst 100
ran others_after
"$bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" >/dev/null

# (Some kernels with TCP MD5 or AO drop a packet by themselves when an option ends past the header.)
# Options: first of two; refused ones; cut off; lengths that lie; 40 bytes of nothing; noise.
fresh
for pair in two:fe0810e1cb007101fe0810e1cb007102 zero:fe0810e100000000 loopback:fe0810e17f000001 multicast:fe0810e1e0000001 \
	broadcast:fe0810e1ffffffff port:fe080000cb00714d v6_multicast:fe1410e1ff020000000000000000000000000001 \
	forged_second:fe0810e100000000fe0810e1cb007102 cut:fe1410e120010db80000 length_0:fe000000 length_1:fe010000 long:feff0000 \
	garbage:fe07fd06c805fe04fd03fe02fe07fe07fe07fd07c807fd09fe09fe00fe00fe00fe00fe00fe00fe00 \
	nops:01010101010101010101010101010101010101010101010101010101010101010101010101010101 end:00fe0810e1cb00714d000000; do
	say "option_${pair%%:*}" "$tools/connections" rst 10 --options "${pair#*:}"
done
stats option_stats
say noise_ack "$tools/connections" rst 2000 --options random
say noise_syn "$tools/connections" rst 2000 --options random --place syn
say noise_data "$tools/connections" rst 2000 --options random --place data
say noise_after "$tools/connections" rst 100
stats noise_stats

# A peer that is not in the list.
printf '192.0.2.0/24\n2001:db8::/32\n' >/mnt/list
fresh --allow /mnt/list
say forged4 "$tools/connections" rst 100
say forged6 "$tools/connections" rst 100 --listener v6
say forged_syn "$tools/connections" rst 100 --place syn
stats forged_stats
map=$(bpftool map show pinned /sys/fs/bpf/toa/peers | sed -n 's/^\([0-9]*\):.*/\1/p')
bpftool iter pin "$tools/storage_count.bpf.o" /sys/fs/bpf/count map id "$map"
mkfifo /mnt/hold
hold() { # what to do while 20 connections are open
	rm -f /mnt/held
	"$tools/connections" hold 20 </mnt/hold >/mnt/held &
	pid=$!
	exec 3>/mnt/hold
	for _ in $(seq 1 100); do
		[ -s /mnt/held ] && break
		sleep 0.1
	done
	"$@"
	exec 3>&-
	wait $pid
}
forged_kept() { echo "forged_kept {\"kept\":$(wc -c </sys/fs/bpf/count)}"; }
hold forged_kept

# Clients and the probe count apart, before and after 1,000 clients and 100 probes; with one that forges the probe's address.
fresh
stats apart_before
say apart_clients "$tools/connections" rst 1000
for _ in $(seq 1 100); do "$probe" self --only v4-ack,v4-syn >/dev/null; done
stats apart_after
say apart_forged "$tools/connections" rst 7 --options fe0810e1c00002fe
stats apart_forged_stats

# What administrators look at names the peer, with and without the receiver.
fresh
nft add table inet seen
nft 'add chain inet seen in { type filter hook input priority 0; }'
nft add rule inet seen in ct state new counter
look() {
	echo "$1 {\"ss\":$(ss -Htn state established | grep -c '198\.20\.'),\"ss_client\":$(ss -Htn state established | grep -c '[^0-9.]11\.0\.')\
,\"conntrack\":$(grep -c 'ESTABLISHED.*198\.20\.' /proc/net/nf_conntrack),\"conntrack_client\":$(grep -c 'ESTABLISHED.*=11\.0\.' /proc/net/nf_conntrack)}"
}
hold look seen_with
"$bpf" detach >/dev/null
hold look seen_without

# SYN floods: cookies always, cookies when the queue is full.
nft delete table inet seen
"$bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" >/dev/null
for mode in 2 1; do
	sysctl -qw net.ipv4.tcp_syncookies=$mode
	say cookies_$mode "$tools/connections" rst 500
	say cookies_syn_$mode "$tools/connections" rst 50 --place syn
	say cookies_data_$mode "$tools/connections" rst 50 --place data
	say flood_$mode "$tools/connections" flood 20000 --place syn
done
stats flood_stats
awk '/^TcpExt/ { if (!n) split($0, name); else for (i = 1; i <= NF; i++) if (name[i] ~ /^Syncookies(Sent|Recv)$/) v[name[i]] = $i; n = 1 }
  END { printf "cookies {\"sent\":%d,\"received\":%d}\n", v["SyncookiesSent"], v["SyncookiesRecv"] }' /proc/net/netstat

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# sockets.sh BUILD TOOLS: every way to accept a connection and to ask its socket; deferred accept and Fast Open (run it by namespace.sh).
# Lines "NAME JSON".
set -u
build=$1 tools=$2
"$build/toa-bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" >/dev/null || exit 3
python3 "${0%/*}/sockets.py" "$build/toa-probe"
say() {
	printf '%s ' "$1"
	shift
	"$@"
}
say defer_data "$tools/connections" rst 20 --place data --defer 1
say defer_syn "$tools/connections" rst 20 --place syn --defer 1
say defer_ack "$tools/connections" rst 20 --place ack --defer 1
"$build/toa-bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" --deferred >/dev/null
say chosen_ack "$tools/connections" rst 20 --place ack --defer 1
say chosen_ack6 "$tools/connections" rst 20 --place ack --defer 1 --listener v6
say chosen_syn "$tools/connections" rst 20 --place syn --defer 1
say chosen_plain "$tools/connections" rst 20
echo "chosen_left {\"entries\":$(bpftool map dump pinned /sys/fs/bpf/toa/deferred -j | grep -o '"key"' | wc -l)}"
"$build/toa-bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" >/dev/null
say unchosen_ack "$tools/connections" rst 20 --place ack --defer 1
sysctl -qw net.ipv4.tcp_fastopen=0x603
say fastopen "$tools/connections" rst 20 --place fastopen
say fastopen_v6 "$tools/connections" rst 20 --place fastopen --listener v6
awk '/^TcpExt/ { if (!n) split($0, name); else for (i = 1; i <= NF; i++) if (name[i] == "TCPFastOpenPassive") printf "fastopen_kernel {\"passive\":%d}\n", $i; n = 1 }' /proc/net/netstat
"$tools/guest" sockopt | sed -n 's/^@case \([^ ]*\) \([a-z]*\) \(.*\)/\1 {"status":"\2","said":"\3"}/p'
"$build/toa-bpf" stats | sed 's/^/stats /'

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# sender.sh BUILD: client - NAT balancer with the sender - server with the receiver, in namespaces of its own (run it by namespace.sh).
# Prints what the server's accept() gave for: v4 and v6, first without the sender, then with it; then with a forged option; then a 3 MB transfer.
set -eu
build=$1
mkdir -p /run/netns && mount -t tmpfs none /run/netns
for n in cl lb; do ip netns add $n; ip -n $n link set lo up; done
ip link add c0 netns cl type veth peer name l0 netns lb
ip link add s0 type veth peer name l1 netns lb
ip -n cl addr add 10.55.1.2/24 dev c0; ip -n cl addr add fd55:1::2/64 dev c0 nodad; ip -n cl link set c0 up
ip -n lb addr add 10.55.1.1/24 dev l0; ip -n lb addr add fd55:1::1/64 dev l0 nodad; ip -n lb link set l0 up
ip -n lb addr add 10.55.2.1/24 dev l1; ip -n lb addr add fd55:2::1/64 dev l1 nodad; ip -n lb link set l1 up
ip addr add 10.55.2.2/24 dev s0; ip addr add fd55:2::2/64 dev s0 nodad; ip link set s0 up
nsenter --net=/run/netns/lb sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
nsenter --net=/run/netns/lb nft -f - <<'N'
table inet nat {
 chain pre {
  type nat hook prerouting priority -100;
  ip daddr 10.55.1.1 tcp dport 80 dnat ip to 10.55.2.2:80
  ip6 daddr fd55:1::1 tcp dport 80 dnat ip6 to [fd55:2::2]:80
 }
 chain post {
  type nat hook postrouting priority 100;
  oifname "l1" masquerade
 }
 chain mss {
  type filter hook forward priority 0; policy accept;
  tcp flags syn tcp option maxseg size set 1400
 }
}
N
"$build/toa-bpf" attach >/dev/null
cat >/mnt/server.py <<'P'
import socket
s = socket.create_server(("::", 80), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
while True:
    c, a = s.accept()
    n = 0
    while True:
        b = c.recv(65536)
        n += len(b)
        if not b or b.endswith(b"\n"):
            break
    c.sendall(("%s %d %d\n" % (a[0].removeprefix("::ffff:"), a[1], n)).encode())
    c.close()
P
cat >/mnt/client.py <<'P'
import socket, sys
host, size = sys.argv[1], int(sys.argv[2])
s = socket.create_connection((host, 80), timeout=5)
own = s.getsockname()
s.sendall(b"x" * (size - 1) + b"\n")
answer = s.makefile().readline().split()
print(sys.argv[3], "client" if answer[:2] == [own[0], str(own[1])] else "balancer" if answer[0] in ("10.55.2.1", "fd55:2::1") else answer, answer[2] == str(size))
P
python3 /mnt/server.py & server=$!
trap 'kill $server; ip netns del cl; ip netns del lb' EXIT
sleep 0.5
say() { nsenter --net=/run/netns/cl python3 /mnt/client.py "$@"; }
say 10.55.1.1 100 before4
say fd55:1::1 100 before6
bpftool prog load "$build/toa_sender.bpf.o" /sys/fs/bpf/sender pinmaps /sys/fs/bpf/sender_maps
nsenter --net=/run/netns/lb sh -c 'tc qdisc add dev l1 clsact; tc filter add dev l1 egress bpf da object-pinned /sys/fs/bpf/sender'
say 10.55.1.1 100 with4
say fd55:1::1 100 with6
say 10.55.1.1 3000000 bulk4
say fd55:1::1 3000000 bulk6
nsenter --net=/run/netns/cl ethtool -K c0 tx off tso off gso off >/dev/null 2>&1 && say 10.55.1.1 3000000 plain4 && say fd55:1::1 3000000 plain6
i=0
while [ $i -lt 20 ]; do say 10.55.1.1 100 many4; i=$((i + 1)); done | sort | uniq -c
bpftool map dump pinned /sys/fs/bpf/sender_maps/sender_stats -j | python3 -c 'import json,sys; print("stats", [sum(int.from_bytes(bytes(int(b,16) for b in v["value"]),"little") if isinstance(v["value"],list) else v["value"] for v in e["values"]) for e in json.load(sys.stdin)])'

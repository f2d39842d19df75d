#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# sender.sh BUILD [--clsact]: client - NAT balancer with the sender - server with the receiver, in namespaces of its own (run it by namespace.sh).
# Prints what the server's accept() gave for: v4 and v6, first without the sender, then with it; then with a forged option; then a 3 MB transfer.
set -eu
build=$1 way=${2-}
# shellcheck source=sender-net.sh
. "$(dirname "$0")/sender-net.sh"
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
python3 /mnt/server.py &
server=$!
trap 'kill $server; ip netns del cl; ip netns del lb' EXIT
sleep 0.5
say() { on_client python3 /mnt/client.py "$@"; }
say 10.55.1.1 100 before4
say fd55:1::1 100 before6
sender attach --devices l1 --services /mnt/services ${way:+"$way"}
sender attach --devices l1 --services /mnt/services ${way:+"$way"}
sender status
say 10.55.1.1 100 with4
say fd55:1::1 100 with6
say 10.55.1.1 3000000 bulk4
say fd55:1::1 3000000 bulk6
on_client ethtool -K c0 tx off tso off gso off >/dev/null 2>&1 && say 10.55.1.1 3000000 plain4 && say fd55:1::1 3000000 plain6
i=0
while [ $i -lt 20 ]; do
	say 10.55.1.1 100 many4
	i=$((i + 1))
done | sort | uniq -c
sender stats
sender detach
sender status || true
on_balancer tc qdisc show dev l1 | grep clsact || true
say 10.55.1.1 100 after4

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# sender-attacks.sh BUILD: forged options through a balancer with the sender; the server has the receiver, which believes the balancer.
# Run by namespace.sh. A line per case and family: who the server takes for its client; then the sender's counters.
set -eu
build=$1
here=$(dirname "$0")
# shellcheck source=sender-net.sh
. "$here/sender-net.sh"
printf '10.55.2.0/24\nfd55:2::/64\n' >/mnt/allow
"$build/toa-bpf" attach --allow /mnt/allow >/dev/null
cat >/mnt/server.py <<'P'
import socket, threading
s = socket.create_server(("::", 80), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
def serve(c, a):
    c.recv(65536)
    c.sendall(("%s %d\n" % (a[0].removeprefix("::ffff:"), a[1])).encode())
    c.close()
while True:
    threading.Thread(target=serve, args=s.accept(), daemon=True).start()
P
python3 /mnt/server.py &
server=$!
trap 'kill $server; ip netns del cl; ip netns del lb' EXIT
client=$(ip -n cl -o link show c0 | sed 's/.*ether \([^ ]*\).*/\1/') balancer=$(ip -n lb -o link show l0 | sed 's/.*ether \([^ ]*\).*/\1/')
for address in 10.55.1.77 fd55:1::77; do ip -n lb neigh replace $address lladdr "$client" dev l0; done
sender attach --devices l1 --services /mnt/services >/dev/null
while ! ss -Hltn 'sport = 80' | grep -q .; do sleep 0.1; done
on_client python3 "$here/sender-attacks.py" c0 "$balancer"
sender stats

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# probe.sh BUILD: what toa-probe says where something is in its way, TLS services, and that it leaves nothing behind (run it by namespace.sh).
# Lines "NAME JSON".
set -u
build=$1 probe=$1/toa-probe
cd /mnt || exit 3
step() {
	printf '%s ' "$1"
	shift
	"$@" 2>/dev/null
}
port() {
	name=$1
	shift
	step "$name" "$probe" port "$@"
}
listening() { # port
	for _ in $(seq 1 100); do
		ss -Hltn "sport = :$1" | grep -q . && return
		sleep 0.1
	done
}
everything() {
	ip -br link
	ip -4 addr
	ip -6 addr
	ip -4 route show table all
	ip -6 route show table all
	ip rule
	ip -6 rule
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=test 2>/dev/null || exit 3
cat >nginx.conf <<'N'
daemon off; pid nginx.pid; error_log nginx.err; events {}
http {
  access_log off;
  ssl_certificate cert.pem; ssl_certificate_key key.pem;
  server { listen 8443 ssl; listen [::]:8443 ssl; ssl_reject_handshake on; }
  server { listen 8443 ssl; listen [::]:8443 ssl; server_name test; }
  server { listen 8444 ssl deferred; }
}
N
"$build/toa-bpf" attach --kinds "${kinds:-default,254:8@syn,254:20@syn}" >/dev/null || exit 3
nginx -p /mnt -c /mnt/nginx.conf 2>/dev/null &
pids=$!
openssl s_server -accept 8445 -cert cert.pem -key key.pem -tls1_2 -quiet >s_server.out 2>&1 </dev/null &
pids="$pids $!"
node -e 'const fs = require("fs"); require("tls").createServer({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }).on("tlsClientError", () => {}).listen(8446, "::")' &
pids="$pids $!"
python3 -c 'import socket, time; s = socket.create_server(("0.0.0.0", 8080)); s.listen(); time.sleep(600)' &
pids="$pids $!"
python3 -c 'import socket, time
s = socket.create_server(("0.0.0.0", 8081))
while True: c = s.accept()[0]; c.recv(999); c.sendall(b"no TLS here"); time.sleep(0.2); c.close()' &
pids="$pids $!"
for number in 8443 8444 8445 8446 8080 8081; do listening $number; done
everything >before

port tls_nginx --port 8443 --tls test
port tls_nginx6 --port 8443 --tls test --family 6
port tls_rejected --port 8443 --tls unknown.example
port tls_deferred --port 8444 --tls -
port silent_deferred --port 8444 --timeout 500
port tls_openssl --port 8445 --tls -
port tls_node --port 8446 --tls test --place syn
port tls_other --port 8081 --tls - --timeout 500
port not_accepted --port 8080 --timeout 500
step hidden unshare -p -f --mount-proc "$probe" port --port 8446 --tls test
port refused --port 9

nft add table inet wall
nft 'add chain inet wall in { type filter hook input priority 0; }'
nft 'add rule inet wall in iifname "toaprobe*" drop'
step dropped "$probe" self --only v4-ack --timeout 300
port dropped_port --port 8443 --timeout 300
# killed while it waits for an answer that never comes
"$probe" port --port 8443 --timeout 60000 >/dev/null 2>&1 &
victim=$!
for _ in $(seq 1 100); do
	ip -br link | grep -q toaprobe && break
	sleep 0.05
done
there=$(ip -br link | grep -c toaprobe)
kill -9 $victim
wait $victim 2>/dev/null
for _ in $(seq 1 100); do
	ip -br link | grep -q toaprobe || break
	sleep 0.05
done
nft flush chain inet wall in
nft 'add rule inet wall in iifname "toaprobe*" meta l4proto tcp reject with tcp reset'
step rejected "$probe" self --only v4-ack --timeout 300
nft delete table inet wall
everything >after
if cmp -s before after; then same=true; else
	same=false
	diff before after >&2
fi
echo "killed {\"there\":$there,\"same\":$same}"

# a policy that sends the probe's network elsewhere: strict filtering then drops the SYN
ip rule add pref 10 lookup 100
ip route add 198.18.0.0/15 dev lo table 100
sysctl -qw net.ipv4.conf.all.rp_filter=1
step rp_filter "$probe" self --only v4-ack --timeout 300
sysctl -qw net.ipv4.conf.all.rp_filter=0
ip rule del pref 10
ip route add 198.18.0.0/15 dev lo
step no_address "$probe" self --only v4-ack
ip route del 198.18.0.0/15 dev lo
step no_permission setpriv --reuid 65534 --clear-groups "$probe" self --only v4-ack
mkdir empty
mount --bind empty /dev/net
step no_tun "$probe" self --only v4-ack
umount /dev/net
# shellcheck disable=SC2086 # a list
kill $pids
wait

import { FILE_SCRIPTS } from '../../tasks/shared/files/files.ts';
import { TOA_SH } from '../../tasks/shared/receiver/programs.ts';
import { type OwnHost, useOwnHost } from './own-host.ts';

/** A balancer of a test's own. */
export interface Director {
  readonly host: OwnHost;
  /** Runs one of the functions below on it; what it said. */
  ask(fn: string, vars?: Record<string, string>): Promise<string>;
  /** Whom the servers saw in n connections to address and port, and which answered how often: `2 client at 10.55.2.3`. */
  requests(address: string, n: number, port?: number): Promise<string[]>;
}

/**
 * A director for a group of tests: a client before it (10.55.1.2, fd55:1::2, interface l0), two servers behind it
 * (10.55.2.2 and .3, fd55:2::2, interface l1), all in namespaces of its own. `ask('director_up')` makes them.
 * @param name part of the cgroup's name
 */
export function useDirector(name: string): Director {
  const host = useOwnHost(name);
  const ask = async (fn: string, vars: Record<string, string> = {}): Promise<string> => {
    const scripts = [...FILE_SCRIPTS, TOA_SH, host.script('director.sh', SCRIPT)];
    const answer = await (await host.shell()).call({ scripts, fn, vars });
    return answer.stdout + answer.stderr;
  };
  const requests = async (address: string, n: number, port = 80): Promise<string[]> => {
    const said = await ask('director_requests', { address, n: String(n), port: String(port) });
    return said
      .trim()
      .split('\n')
      .map((line) => line.trim().replace(/ +/g, ' '))
      .toSorted();
  };
  return { host, ask, requests };
}

/** What a test does on its host. */
const SCRIPT = `
# Waits for a command to say yes, at most a minute
director_wait() {
	_tries=0
	until "$@"; do sleep 0.1; _tries=$((_tries + 1)); [ $_tries -lt 600 ] || return 1; done
}
director_listens() { nsenter --net=/run/netns/sv ss -Hltn 'sport = 80' | grep -q .; }
director_up() {
	mkdir -p /run/netns && mount -t tmpfs none /run/netns
	for n in cl sv; do ip netns add $n; ip -n $n link set lo up; done
	ip link add c0 netns cl type veth peer name l0
	ip link add s0 netns sv type veth peer name l1
	ip -n cl addr add 10.55.1.2/24 dev c0; ip -n cl addr add fd55:1::2/64 dev c0 nodad; ip -n cl link set c0 up
	ip addr add 10.55.1.1/24 dev l0; ip addr add fd55:1::1/64 dev l0 nodad; ip link set l0 up
	ip addr add 10.55.2.1/24 dev l1; ip addr add fd55:2::1/64 dev l1 nodad; ip link set l1 up
	for a in 10.55.2.2/24 10.55.2.3/24; do ip -n sv addr add $a dev s0; done
	ip -n sv addr add fd55:2::2/64 dev s0 nodad; ip -n sv link set s0 up
	echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
	cat >/mnt/server.py <<'P'
import socket, threading
s = socket.create_server(("::", 80), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
who = {"10.55.1.2": "client", "fd55:1::2": "client", "10.55.2.1": "balancer", "fd55:2::1": "balancer"}
def serve(c, a):
    at = c.getsockname()[0].removeprefix("::ffff:"); peer = a[0].removeprefix("::ffff:")
    c.sendall(("%s at %s\\n" % (who.get(peer, peer), at)).encode())
    while c.recv(4096): pass
    c.sendall(b"whole\\n"); c.close()
while True:
    threading.Thread(target=serve, args=s.accept(), daemon=True).start()
P
	nsenter --net=/run/netns/sv python3 /mnt/server.py </dev/null >/dev/null 2>&1 & echo $! >/mnt/server.pid
	director_wait director_listens
}
director_requests() {
	cat >/mnt/ask.py <<'P'
import socket, sys
for _ in range(int(sys.argv[2])):
    s = socket.create_connection((sys.argv[1], int(sys.argv[3])), timeout=5); print(s.makefile().readline().strip()); s.close()
P
	nsenter --net=/run/netns/cl python3 /mnt/ask.py "$address" "$n" "$port" 2>&1 | sort | uniq -c
}
director_hold() {
	cat >/mnt/hold.py <<'P'
import os, socket, sys, time
while True:
    s = socket.create_connection((sys.argv[1], 80), timeout=5)
    if s.makefile().readline().split()[2] == sys.argv[2]: break
    s.close()
open("/mnt/held", "w").close()
while not os.path.exists("/mnt/release"): time.sleep(0.1)
s.shutdown(socket.SHUT_WR); open("/mnt/said", "w").write(s.makefile().readline()); s.close()
P
	nsenter --net=/run/netns/cl python3 /mnt/hold.py "$address" "$server" </dev/null >/dev/null 2>&1 &
	director_wait [ -e /mnt/held ]
	# connections that are over leave the count when both sides have closed
	sleep 1
}
director_release() { touch /mnt/release; director_wait [ -s /mnt/said ] && cat /mnt/said; }
director_flush() { nft flush table inet toa_nat; }
director_state() {
	nft -s list ruleset; ls /etc/toa 2>/dev/null; cat /etc/toa/sender 2>/dev/null; ip -o addr show dev l0 | grep 100
	[ ! -x /var/lib/toa/bin/toa-sender ] || /var/lib/toa/bin/toa-sender sender status
}
director_write() { printf '%s' "$text" >"$path"; }
director_read() { cat "$path"; }
director_rule() { ip rule add fwmark 0x4d lookup 700; }
director_rules() { ip rule show; ip -6 rule show; }
director_proxy() {
	case $proxy in
	nginx) nginx -c /etc/toa-main.nginx ;;
	haproxy) haproxy -D -p /mnt/haproxy.pid -f /etc/toa-main.haproxy -f /etc/toa-edge.haproxy ;;
	esac
	director_wait director_proxies
}
director_proxies() { ss -Hltn 'sport = 8080' | grep -q .; }
director_down() { for p in /mnt/nginx.pid /mnt/haproxy.pid; do [ ! -s $p ] || kill "$(cat $p)"; done; kill "$(cat /mnt/server.pid)"; ip netns del cl; ip netns del sv; }
`;

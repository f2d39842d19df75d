import { describe, expect, it } from 'vitest';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { useOwnHost } from '../../test/support/own-host.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as natBalancer } from '../nat_balancer/task.ts';
import { verb as receiver } from '../toa_ebpf/task.ts';
import { verb as sender } from './task.ts';

/**
 * A director of its own: a client before it (10.55.1.2, fd55:1::2), two servers behind it (10.55.2.2 and .3, fd55:2::2),
 * in namespaces; real nftables, real sender, the receiver beside the servers.
 */
describe('nat_balancer and toa_sender', () => {
  const host = useOwnHost('director');
  const ask = async (fn: string, vars: Record<string, string> = {}): Promise<string> => {
    const scripts = [...FILE_SCRIPTS, TOA_SH, host.script('director.sh', SCRIPT)];
    const answer = await (await host.shell()).call({ scripts, fn, vars });
    return answer.stdout + answer.stderr;
  };
  const balancer = async (args: Record<string, unknown>, check = false) =>
    runVerb(natBalancer, args, await host.shell(), { check });
  const send = async (args: Record<string, unknown>, check = false) =>
    runVerb(sender, args, await host.shell(), { check });
  /** Whom the servers saw in n requests, and which server answered how often. */
  const requests = async (address: string, n: number): Promise<string[]> => {
    const lines = (await ask('director_requests', { address, n: String(n) })).trim().split('\n');
    return lines.map((line) => line.trim().replace(/ +/g, ' ')).toSorted();
  };

  const service = (weight = 1, more = {}) => ({
    vip: '10.55.1.100',
    port: 80,
    servers: [
      { address: '10.55.2.2', weight: 2 },
      { address: '10.55.2.3', weight },
    ],
    ...more,
  });
  const six = { vip: 'fd55:1::100', port: 80, servers: [{ address: 'fd55:2::2' }] };
  const given = { vip_device: 'l0', services: [service(), six] };
  const services = ['10.55.2.0/24:80', '[fd55:2::/64]:80'];

  it('check mode says what it would do and does nothing', async () => {
    await ask('director_up');
    expect(await balancer(given, true)).toMatchObject({ changed: true });
    expect(await ask('director_state')).toBe('');
  });

  it('balances by weight; the servers see the balancer', async () => {
    expect(await balancer(given)).toMatchObject({ changed: true });
    expect(await balancer(given)).toMatchObject({ changed: false });
    expect(await requests('10.55.1.100', 6)).toEqual(['2 balancer at 10.55.2.3', '4 balancer at 10.55.2.2']);
    expect(await requests('fd55:1::100', 2)).toEqual(['2 balancer at fd55:2::2']);
  });

  it('with the sender they see the client, over the interfaces that routes name', async () => {
    await runVerb(receiver, { balancers: ['10.55.2.0/24', 'fd55:2::/64'] }, await host.shell());
    expect(await send({ services }, true)).toMatchObject({ changed: true });
    expect((await requests('10.55.1.100', 3)).join()).not.toContain('client');
    expect(await send({ services })).toMatchObject({ changed: true, devices: ['l1'], msg: 'sender attached' });
    expect(await send({ services })).toMatchObject({ changed: false, msg: 'sender unchanged' });
    expect(await requests('10.55.1.100', 6)).toEqual(['2 client at 10.55.2.3', '4 client at 10.55.2.2']);
    expect(await requests('fd55:1::100', 2)).toEqual(['2 client at fd55:2::2']);
  });

  it.each([
    [{ services: ['10.55.2.0/33'] }, 'E_TOA_SERVICE'],
    [{ services: ['10.55.2.2:0'] }, 'E_TOA_SERVICE'],
    [{ services: ['10.55.2.2:80\n0.0.0.0/0'] }, 'E_TOA_SERVICE'],
    [{ services: [] }, 'E_TOA_SERVICE'],
    [{ services, vendor: ['nobody'] }, 'E_TOA_VENDOR'],
    [{ services, devices: ['nosuch0'] }, 'E_TOA_SENDER_BAD_DEVICE'],
  ])('%j is refused, and the sender stays as it was', async (bad, code) => {
    const before = await ask('director_state');
    expect(await send(bad)).toMatchObject({ failed: true, code });
    expect(await ask('director_state')).toBe(before);
  });

  it('a server is drained: its connection stays, new ones go elsewhere', async () => {
    await ask('director_hold', { address: '10.55.1.100', server: '10.55.2.3' });
    const held = await balancer({ ...given, services: [service(0), six], wait_drained: 1 });
    expect(held).toMatchObject({ failed: true, code: 'E_NAT_DRAIN', msg: expect.stringContaining('10.55.2.3:80 1') });
    expect(await requests('10.55.1.100', 4)).toEqual(['4 client at 10.55.2.2']);
    expect(await ask('director_release')).toContain('whole');
    expect(await balancer({ ...given, services: [service(0), six], wait_drained: 60 })).toMatchObject({
      changed: false,
    });
  });

  it('what nft refuses changes nothing, and what somebody changed comes back', async () => {
    const before = await ask('director_state');
    const wrong = { ...service(), servers: [{ address: '10.55.2.2' }, { address: 'fd55:2::2' }] };
    expect(await balancer({ ...given, services: [wrong] })).toMatchObject({ failed: true, code: 'E_NAT_SERVICE' });
    expect(await ask('director_state')).toBe(before);
    await ask('director_flush');
    expect(await balancer({ ...given, services: [service(0), six] })).toMatchObject({ changed: true });
    expect(await ask('director_state')).toBe(before);
  });

  it('absent leaves no trace', async () => {
    expect(await send({ state: 'absent' })).toMatchObject({ changed: true });
    expect(await send({ state: 'absent' })).toMatchObject({ changed: false });
    expect(await balancer({ state: 'absent' })).toMatchObject({ changed: true });
    expect(await balancer({ state: 'absent' })).toMatchObject({ changed: false });
    await runVerb(receiver, { state: 'absent' }, await host.shell());
    expect(await ask('director_state')).toBe('');
    await ask('director_down');
  });
});

/** What the test does on its host. */
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
    s = socket.create_connection((sys.argv[1], 80), timeout=5); print(s.makefile().readline().strip()); s.close()
P
	nsenter --net=/run/netns/cl python3 /mnt/ask.py "$address" "$n" 2>&1 | sort | uniq -c
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
director_down() { kill "$(cat /mnt/server.pid)"; ip netns del cl; ip netns del sv; }
`;

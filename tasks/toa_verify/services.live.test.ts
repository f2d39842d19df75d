import { beforeAll, describe, expect, it } from 'vitest';
import { useOwnHost } from '../../test/support/own-host.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as ebpf } from '../toa_ebpf/task.ts';
import { verb as facts } from '../toa_facts/task.ts';
import { verb } from './task.ts';

/** A web server of Node's on a port of the host, and one that the firewall does not let in. */
const SERVERS = `services_up() {
  for port in 8080 8181; do
    "$1" -e 'require("http").createServer((q, a) => a.end(q.socket.remoteAddress)).listen(Number(process.argv[1]), "0.0.0.0")' "$port" </dev/null >/dev/null 2>&1 &
  done
  for port in 8080 8181; do
    n=0
    until "$1" -e 'require("net").connect(Number(process.argv[1]), "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => process.exit(1))' "$port"; do
      n=$((n + 1)); [ $n -lt 100 ] || return 1; sleep 0.1
    done
  done
}
services_drop() { # PORT: the only one that is let in
  nft delete table inet toatest 2>/dev/null
  nft -f - <<RULES
table inet toatest {
  chain input {
    type filter hook input priority 0; policy drop;
    iif lo accept
    tcp dport $1 accept
    ct state established accept
  }
}
RULES
}
services_open() { nft delete table inet toatest; }
# with another pin the receiver does not know that it is the probe
services_stranger() { /var/lib/toa/bin/toa-probe port --port 8080 --pin /sys/fs/bpf/nobody --client4 203.0.113.9:999 >/dev/null; return 0; }
`;

describe('toa_verify: services of the host', () => {
  const host = useOwnHost('services');
  const call = async (fn: string, ...args: string[]) => {
    const done = await (await host.shell()).call({ scripts: [host.script('s.sh', SERVERS)], fn, args });
    expect(done, done.stderr).toMatchObject({ rc: 0 });
  };
  const prove = async (given = {}) => runVerb(verb, given, await host.shell());
  const proof = async () => {
    const found = await runVerb(facts, {}, await host.shell());
    return (found['toa'] as { proof: Record<string, unknown> }).proof;
  };

  beforeAll(async () => {
    await runVerb(ebpf, { balancers: ['10.0.0.0/8'] }, await host.shell());
    await call('services_up', process.execPath);
  });

  it('ports that are named have to show the client, too', async () => {
    const both = await prove({ ports: [8080, 8181] });
    expect(both).toMatchObject({ changed: false, recap: [] });
    expect(both.failed).toBeUndefined();
    expect(both.msg).toMatch(/handshakes show the client, and port 8080 \([\w-]+\), port 8181 \([\w-]+\)$/);
    const none = await prove({ ports: [8080, 8282] });
    expect(none).toMatchObject({ failed: true, code: 'E_TOA_NOT_SEEN_NO_ANSWER' });
    expect(none.msg).toBe('services do not show the client: port 8282: no_answer');
    expect(await proof()).toMatchObject({ ok: false });
  });

  it("a firewall drops the probe's own ports: a service that it lets in proves the host, and that is said", async () => {
    await call('services_drop', '8181');
    const found = await prove();
    expect(found.failed).toBeUndefined();
    const reason = /^the firewall drops the probe's own ports: proven on port 8181 \([\w-]+\) instead$/;
    expect(found.msg).toMatch(reason);
    expect(found).toMatchObject({ recap: [found.msg], proven: 1 });
    expect(await proof()).toMatchObject({ ok: true, shown: 1, expected: 1 });
    const named = await prove({ ports: [8181] });
    expect(named).toMatchObject({ msg: found.msg, proven: 1 });
  });

  it('a firewall that lets nothing in: not proved, with what to do', async () => {
    await call('services_drop', '9');
    const found = await prove({ timeout: 300 });
    expect(found).toMatchObject({ failed: true, code: 'E_TOA_NOT_SEEN_FIREWALL' });
    expect(found.remedy).toContain('toa_ports');
    expect(await proof()).toMatchObject({ ok: false });
    await call('services_open');
  });

  it('a connection with an option from outside the allow-list is told in the recap, once', async () => {
    await prove();
    expect(await prove()).toMatchObject({ recap: [], refused: {} });
    await call('services_stranger');
    const found = await prove();
    expect(found.failed).toBeUndefined();
    expect(found).toMatchObject({ refused: { not_allowed: 1 } });
    expect((found['recap'] as string[]).join()).toMatch(
      /^1 connections since the last proof \(\d{4}-\d\d-\d\dT\d\d:\d\dZ\) carried an option and were refused.*; last: 198\.\d+\.\d+\.\d+ \(1 times/,
    );
    expect(await prove()).toMatchObject({ recap: [], refused: {} });
  });
});

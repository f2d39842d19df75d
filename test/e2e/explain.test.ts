import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { changedInventory, fleet, inventory, onHost, scratch, toaPlay } from './fleet.ts';
import { awaitProgram } from '../../scripts/lib/programs.mjs';

const HOST = 'debian-root';

interface Said {
  readonly verdict: string;
  readonly broken: string;
  readonly ladder: readonly {
    readonly rung: string;
    readonly state: string;
    readonly code: string;
    readonly evidence: string;
    readonly remedy?: string;
  }[];
  readonly code: number | null;
}

/** Where the balancers take requests for a host. */
const BALANCED: Readonly<Record<string, string>> = {
  'debian-root': '10.98.0.1:8001',
  'control-no-receiver': '10.98.0.1:8008',
  'control-no-option': '10.98.1.1:8009',
};

/** What `toa-play explain` says, while real requests come through the balancer. */
async function explain(host: string, port: number | '', file = inventory()): Promise<Said> {
  const stop = join(scratch(), 'stop');
  const loop = `until [ -e ${stop} ]; do curl -s -m 2 -o /dev/null http://${BALANCED[host]}/; sleep 0.2; done`;
  const requests = fleet('exec', 'client', '--', 'sh', '-c', loop);
  const words = port === '' ? [] : [String(port)];
  const done = await toaPlay('explain', host, ...words, '-i', file, '--seconds', '4', '--json');
  writeFileSync(stop, '');
  await requests;
  const [said] = (JSON.parse(done.stdout) as { hosts: Said[] }).hosts;
  return { ...said, code: done.code };
}

const rung = (said: Said, name: string) => said.ladder.find((one) => one.rung === name);
const site = (...args: string[]) => toaPlay('playbooks/site.yml', '-i', inventory(), '--limit', HOST, ...args);
const json = (value: object): string => JSON.stringify(value);

/** A service in Perl, which every Debian has: answers each request with `text`. $ARGV: port, protocol. */
const SERVICE = (text: string, after = ''): string => `use Socket; my ($port, $protocol) = @ARGV;
socket(S, PF_INET, SOCK_STREAM, $protocol || 0) or die; setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);
bind(S, sockaddr_in($port, INADDR_ANY)) or die; listen(S, 9); ${after}
$SIG{PIPE} = 'IGNORE'; for (;;) { my $peer = accept(C, S) or next; sysread(C, my $b, 4096); my ($n, $a) = sockaddr_in($peer); my $seen = inet_ntoa($a);
my $text = ${text}; syswrite(C, "HTTP/1.0 200 OK\\r\\n\\r\\n$text\\n"); close C }`;
/** Whom the kernel's table names for connections to the port, as some applications ask. */
const BY_TABLE = `do { open(T, "/proc/net/tcp"); my $p = sprintf(":%04X", $port); join(" ", map { join(".", reverse map { hex } /^(..)(..)(..)(..)/) } map { /$p (\\w{8}):\\w{4} 01/ ? $1 : () } <T>) }`;

/** Starts one and waits until it listens. */
async function serve(port: number, program: string, protocol = 0): Promise<void> {
  const quoted = `'${program.replaceAll("'", `'\\''`)}'`;
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const done = await onHost(
    HOST,
    `setsid perl -e ${quoted} ${port} ${protocol} </dev/null >/dev/null 2>&1 & n=0; until grep -q ':${hex} 0*:0000 0A' /proc/net/tcp; do n=$((n + 1)); [ $n -lt 100 ] || exit 1; sleep 0.1; done`,
  );
  expect(done, done.stderr).toMatchObject({ code: 0 });
}

const nginx = (server: string): Promise<unknown> =>
  onHost(
    HOST,
    `[ -f /root/nginx.conf ] || cp /etc/nginx/nginx.conf /root/nginx.conf; sed 's#^    listen 80;#${server}#' /root/nginx.conf >/etc/nginx/nginx.conf && nginx -s stop; sleep 0.5; nginx >/dev/null 2>&1 </dev/null`,
  );

describe('toa-play explain: each fault, provoked for real', () => {
  beforeAll(() => site());
  afterAll(() => site('-e', 'toa_state=absent'));
  afterEach(() =>
    onHost(
      HOST,
      'pkill -x perl; [ ! -f /root/nginx.conf ] || { cp /root/nginx.conf /etc/nginx/nginx.conf; nginx -s stop; sleep 0.5; nginx >/dev/null 2>&1 </dev/null; }',
    ),
  );

  it('nothing is wrong: every rung holds, measured', async () => {
    const said = await explain(HOST, 80);
    expect(said).toMatchObject({ code: 0, broken: '', verdict: 'port 80 shows clients' });
    expect(said.ladder.map((one) => [one.rung, one.state])).toEqual(
      ['listens', 'receiver', 'alone', 'cgroup', 'option', 'kind', 'allowed', 'listener', 'proof', 'proxy', 'asks'].map(
        (name) => [name, 'ok'],
      ),
    );
    expect(rung(said, 'kind')?.evidence).toBe('kind 254, 8 bytes, in ack and data');
    expect(await explain(HOST, '')).toMatchObject({ code: 0, verdict: 'the host shows clients' });
  });

  it('a valid but wrong allow-list', async () => {
    await site('-e', json({ toa_balancers: ['198.51.100.0/24'] }));
    const said = await explain(HOST, 80);
    await site();
    expect(said).toMatchObject({ code: 2, broken: 'not_allowed' });
    expect(rung(said, 'allowed')?.evidence).toMatch(
      /^10\.99\.0\.2 sent an option in \d+ connections and is outside the allow-list \(198\.51\.100\.0\/24\)$/,
    );
    expect(rung(said, 'allowed')?.remedy).toContain('add 10.99.0.2/32 to toa_balancers');
  });

  it('another kind than the receiver reads', async () => {
    await site('-e', 'toa_vendor=tencent');
    const said = await explain(HOST, 80);
    await site();
    expect(said).toMatchObject({ code: 2, broken: 'other_kind' });
    expect(rung(said, 'kind')?.remedy).toContain('huawei');
  });

  it('a balancer that sends none, and a host without a receiver', async () => {
    const all = changedInventory((text) => text.replace('[toa_controls]', '[more]'));
    await toaPlay('playbooks/site.yml', '-i', inventory(), '--limit', 'control-no-option');
    const silent = await explain('control-no-option', 80);
    expect(silent).toMatchObject({ code: 2, broken: 'no_option' });
    expect(rung(silent, 'option')?.evidence).toMatch(
      /^none of \d+ connections in 4 s, from 10\.99\.0\.3, brought an option$/,
    );
    const bare = await explain('control-no-receiver', 80, all);
    expect(bare).toMatchObject({ code: 2, broken: 'none' });
    // the programs were lent, and are gone
    expect((await onHost('control-no-receiver', 'ls /var/lib/toa')).code).not.toBe(0);
  });

  it('the receiver is attached to another cgroup than the process', async () => {
    const bpf = '/var/lib/toa/bin/toa-bpf';
    await onHost(
      HOST,
      `mkdir -p /sys/fs/cgroup/other && ${bpf} detach && ${bpf} attach --any --cgroup /sys/fs/cgroup/other`,
    );
    const said = await explain(HOST, 80);
    await onHost(HOST, `${bpf} detach --cgroup /sys/fs/cgroup/other; rmdir /sys/fs/cgroup/other`);
    await site();
    expect(said).toMatchObject({ code: 2, broken: 'other_cgroup' });
    expect(rung(said, 'cgroup')?.evidence).toMatch(
      /^nginx \(pid \d+\) is in the cgroup \/, where no program of a receiver runs/,
    );
    expect(rung(said, 'proof')).toMatchObject({ state: 'note' });
  });

  it("another program rewrites getpeername() after the receiver's", async () => {
    const folder = scratch();
    const source = `#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_endian.h>\nSEC("cgroup/getpeername4")\nint stranger(struct bpf_sock_addr *ctx) { ctx->user_ip4 = bpf_htonl(0xcb00714d); return 1; }\nchar _license[] SEC("license") = "GPL";\n`;
    writeFileSync(join(folder, 'stranger.c'), source);
    const include = (await awaitProgram('gcc', ['-print-multiarch'])).stdout.trim();
    await awaitProgram('clang', [
      '-target',
      'bpf',
      '-O2',
      `-I/usr/include/${include}`,
      '-c',
      join(folder, 'stranger.c'),
      '-o',
      join(folder, 'stranger.o'),
    ]);
    const { name } = inject('fleet');
    const mount = (await awaitProgram('awk', ['$3 == "cgroup2" { print $2; exit }', '/proc/mounts'])).stdout.trim();
    const cgroup = join(mount, `toa-${name}`, HOST);
    const pin = `/sys/fs/bpf/stranger-${process.pid}`;
    await awaitProgram('bpftool', ['prog', 'load', join(folder, 'stranger.o'), pin]);
    try {
      await awaitProgram('bpftool', ['cgroup', 'attach', cgroup, 'getpeername4', 'pinned', pin, 'multi']);
      const said = await explain(HOST, 80);
      await awaitProgram('bpftool', ['cgroup', 'detach', cgroup, 'getpeername4', 'pinned', pin]);
      expect(said).toMatchObject({ code: 2, broken: 'other_program' });
      expect(rung(said, 'alone')?.evidence).toMatch(/stranger \(id \d+\).* showed 203\.0\.113\.77:/);
    } finally {
      await awaitProgram('rm', [pin]);
    }
  });

  it('nginx in front of an application, from both sides', async () => {
    await serve(3000, SERVICE('$seen'));
    await nginx(
      '    listen 80; location /app { proxy_pass http://127.0.0.1:3000; } location = / { proxy_pass http://127.0.0.1:3000; }',
    );
    const front = await explain(HOST, 80);
    expect(front).toMatchObject({ code: 2, broken: 'proxy' });
    expect(rung(front, 'proxy')?.evidence).toBe(
      'nginx passed a request to port 80 on to port 3000 (perl): what answers there sees nginx, whatever the receiver does',
    );
    const requests = onHost(
      HOST,
      'n=0; while [ $n -lt 60 ]; do n=$((n + 1)); perl -MIO::Socket::INET -e \'$s = IO::Socket::INET->new("127.0.0.1:80"); print $s "GET /app HTTP/1.0\\r\\n\\r\\n"; <$s>\'; sleep 0.1; done',
    );
    const behind = await explain(HOST, 3000);
    await requests;
    expect(behind).toMatchObject({ code: 2, broken: 'behind_proxy' });
  });

  it('a service that asks another way than its socket', async () => {
    await serve(8090, SERVICE(BY_TABLE));
    const said = await explain(HOST, 8090);
    expect(said).toMatchObject({ code: 2, broken: 'other_way' });
    expect(rung(said, 'proof')).toMatchObject({ state: 'ok' });
  });

  it('UDP, and nobody', async () => {
    await onHost(
      HOST,
      `setsid perl -e 'use Socket; socket(S, PF_INET, SOCK_DGRAM, 0); bind(S, sockaddr_in(5353, INADDR_ANY)); sleep 60' </dev/null >/dev/null 2>&1 & n=0; until grep -q :14E9 /proc/net/udp; do n=$((n + 1)); [ $n -lt 100 ] || exit 1; sleep 0.1; done`,
    );
    expect(await explain(HOST, 5353)).toMatchObject({ code: 2, broken: 'udp' });
    expect(await explain(HOST, 5354)).toMatchObject({ code: 2, broken: 'nobody' });
  });

  it('TCP_DEFER_ACCEPT: told, and no fault where the option comes with the data too', async () => {
    await nginx('    listen 80 deferred;');
    const said = await explain(HOST, 80);
    expect(said).toMatchObject({ code: 0, broken: '' });
    expect(rung(said, 'listener')).toMatchObject({ state: 'note', code: 'defer_accept' });
    expect(rung(said, 'listener')?.evidence).toMatch(/^TCP_DEFER_ACCEPT is on \(\d+ s\)/);
  });

  it('an MPTCP listener: told, with what a handshake shows there', async () => {
    await serve(8091, SERVICE('$seen'), 262);
    expect(rung(await explain(HOST, 8091), 'listener')).toMatchObject({
      state: 'ok',
      evidence: expect.stringMatching(/^perl listens with MPTCP, and a handshake shows the client$/),
    });
  });

  it('a listener that keeps no SYNs, where the option is read in the SYN alone: older than the receiver', async () => {
    await serve(8092, SERVICE('$seen', '$SIG{USR1} = sub { setsockopt(S, 6, 27, pack("i", 0)) };'));
    await site('-e', 'toa_vendor=aliyun-cdn');
    await onHost(
      HOST,
      `${'/var/lib/toa/bin/toa-bpf'} detach >/dev/null; ${'/var/lib/toa/bin/toa-bpf'} attach --any --kinds aliyun-cdn >/dev/null; pkill -USR1 -x perl`,
    );
    const said = await explain(HOST, 8092);
    await onHost(HOST, '/var/lib/toa/bin/toa-bpf detach');
    await site();
    expect(said).toMatchObject({ code: 2, broken: 'older' });
    expect(rung(said, 'listener')).toMatchObject({ remedy: 'restart the service' });
  });
});

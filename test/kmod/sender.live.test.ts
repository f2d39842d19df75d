import { arch } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { awaitProgram } from '../../scripts/lib/programs.mjs';

const root = resolve(import.meta.dirname, '../..');
const build = join(root, 'kmod/build', arch() === 'arm64' ? 'aarch64' : 'x86_64');
const script = (name: string) => join(root, 'kmod/test', name);

async function host(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await awaitProgram(script('namespace.sh'), [`toa-${name}-${process.pid}`, ...args], {
    timeout: 100_000,
  });
  return stdout;
}

const json = (text: string, key: string): Record<string, any> =>
  JSON.parse(text.split('\n').find((line) => line.startsWith('{') && line.includes(`"${key}"`)) ?? '{}') as Record<
    string,
    any
  >;

describe('toa-bpf sender', () => {
  test.each(['tcx', 'clsact'])(
    'nftables NAT for IPv4 and IPv6, by %s, checksums complete or left to the device',
    async (way) => {
      const stdout = await host(`s-${way}`, script('sender.sh'), build, ...(way === 'clsact' ? ['--clsact'] : []));
      expect(stdout).toContain('before4 balancer True\nbefore6 balancer True');
      expect(json(stdout, 'action')).toMatchObject({ changed: true, action: 'attached' });
      expect(stdout).toContain('"changed":false,"action":"unchanged"');
      expect(json(stdout, 'complete')).toMatchObject({
        attached: true,
        complete: true,
        current: true,
        devices: [{ name: 'l1', egress: way, ingress: way }],
        services: ['[fd55:2::/64]:80', '10.55.2.0/24:80'],
      });
      for (const name of ['with4', 'with6', 'bulk4', 'bulk6', 'plain4', 'plain6', '20 many4'])
        expect(stdout).toContain(`${name} client True`);
      expect(json(stdout, 'counters')['counters']).toMatchObject({
        connections: 26,
        mss_lowered: 26,
        dropped_failed: 0,
      });
      expect(stdout).toMatch(/"detached".*\n\{"ok":true,"attached":false\}\nafter4 balancer True/);
    },
  );

  test('a client cannot name itself: forged options in every segment, hidden, cut up, and where ours has no room', async () => {
    const stdout = await host('sa', script('sender-attacks.sh'), build);
    const lines = stdout.split('\n').filter((line) => /^[a-z0-9-]+ [46] /.test(line));
    const of = (who: string) => lines.filter((line) => line.endsWith(` ${who}`)).map((line) => line.split(' ')[0]);
    expect(lines).toHaveLength(38);
    expect(of('forged')).toEqual([]);
    expect(new Set(of('balancer'))).toEqual(
      new Set(['forged-syn-no-room', 'forged-no-room', 'forged-mtu-long', 'forged-after-end']),
    );
    expect(of('client').length + of('balancer').length).toBe(38);
    const counters = json(stdout, 'counters')['counters'] as Record<string, number>;
    for (const name of ['forged', 'fast_open', 'skipped_no_room', 'skipped_mtu', 'dropped_fragment'])
      expect(counters[name], name).toBeGreaterThan(0);
    expect(counters['dropped_failed']).toBe(0);
  });
});

import { afterAll, describe, expect, it } from 'vitest';
import { PLAYED, fleet, inventory, onHost, recap, toaPlay, traffic } from './fleet.ts';

const SERVERS = PLAYED.filter((host) => !host.startsWith('control-'));
const site = (...args: string[]) => toaPlay('playbooks/site.yml', '-i', inventory(), ...args);

/** What every web server logs for one request through its balancer. */
async function shown(): Promise<Record<string, string>> {
  return Object.fromEntries([...(await traffic())].map(([host, request]) => [host, request.shows]));
}

const servers = (shows: string): Record<string, string> => Object.fromEntries(SERVERS.map((host) => [host, shows]));
const CONTROLS = { 'control-no-receiver': 'balancer', 'control-no-option': 'balancer' };

describe('playbooks/site.yml', () => {
  afterAll(() => site('-e', 'toa_state=absent'));

  it('takes the fleet from the balancer to the client, and a second run changes nothing', async () => {
    expect(await shown()).toEqual({ ...servers('balancer'), ...CONTROLS });
    const first = await site();
    expect(first.stdout).not.toMatch(/FAILED|UNREACHABLE/);
    expect(first.code).toBe(0);
    expect(first.stdout.trimEnd()).toMatch(
      /\n8 of 8 hosts show the client's address \(proven with \d+ packets each\)$/,
    );
    expect(await shown()).toEqual({ ...servers('client'), ...CONTROLS });
    const second = await site();
    expect(second.code).toBe(0);
    for (const host of PLAYED) expect(recap(second.stdout)[host], host).toMatchObject({ changed: 0, failed: 0 });
    expect(recap(second.stdout)).not.toHaveProperty('control-no-receiver');
  });

  it.each(['debian-systemd', 'debian-root', 'rpm-dnf-busybox'])(
    'the receiver is there again after a power cut of %s, without a hand',
    async (host) => {
      await site();
      const before = await onHost(host, 'cat /proc/sys/kernel/random/boot_id; ls /sys/fs/bpf/toa');
      await fleet('restart', host);
      const after = await onHost(host, 'cat /proc/sys/kernel/random/boot_id; ls /sys/fs/bpf/toa');
      expect(after.stdout).not.toBe(before.stdout);
      expect(after.stdout.split('\n').slice(1)).toEqual(before.stdout.split('\n').slice(1));
      expect((await traffic()).get(host)?.shows).toBe('client');
      const again = await site('--limit', host);
      expect(recap(again.stdout)[host]).toMatchObject({ changed: 0, failed: 0 });
    },
  );

  it('an allow-list that lacks the balancer: its option changes nothing and is counted; by the word any all may', async () => {
    const host = 'debian-root';
    const stats = async (): Promise<number> => {
      const { stdout } = await onHost(host, '/var/lib/toa/bin/toa-bpf stats');
      return (JSON.parse(stdout) as { counters: { not_allowed: number } }).counters.not_allowed;
    };
    const other = await site('--limit', host, '-e', '{"toa_balancers": ["198.51.100.0/24"]}');
    expect(other.code).toBe(0);
    const before = await stats();
    expect((await traffic()).get(host)?.shows).toBe('balancer');
    expect(await stats()).toBeGreaterThan(before);
    const open = await site('--limit', host, '-e', 'toa_balancers=any');
    expect(open.stdout).toContain('[WARNING]: no allow-list (toa_balancers: any)');
    expect((await traffic()).get(host)?.shows).toBe('client');
  });

  it('plan says what each host would get, and touches nothing', async () => {
    await site('-e', 'toa_state=absent');
    const plan = await toaPlay('plan', '-i', inventory());
    expect(plan.code).toBe(0);
    const row = plan.stdout.split('\n').find((line) => line.startsWith('rpm-yum'));
    expect(row).toMatch(/^rpm-yum +CentOS 7\.9\.2009 +\S+ +ebpf +kernel .* has all that eBPF needs/);
    expect((await onHost('rpm-yum', 'ls /var/lib/toa /etc/toa')).code).not.toBe(0);
  });

  it('--check changes nothing', async () => {
    await site('-e', 'toa_state=absent');
    const result = await site('--check');
    expect(result.code).toBe(0);
    expect(await shown()).toEqual({ ...servers('balancer'), ...CONTROLS });
  });

  it('toa_state=absent leaves no trace', async () => {
    await site();
    const result = await site('-e', 'toa_state=absent');
    expect(result.code).toBe(0);
    expect(await shown()).toEqual({ ...servers('balancer'), ...CONTROLS });
    for (const host of PLAYED) {
      // -path, not a shell pattern: the old userland's find has no -quit and no -iname
      const left = await onHost(
        host,
        'for f in /etc/toa /var/lib/toa /sys/fs/bpf/toa /etc/systemd/system/toa.service /etc/init.d/toa; do [ ! -e $f ] || echo $f; done; ls /usr/local/sbin /usr/local/bin',
      );
      expect(
        left.stdout.split('\n').filter((line) => line.includes('toa')),
        host,
      ).toEqual([]);
    }
  });
});

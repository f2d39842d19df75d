import { describe, expect, it } from 'vitest';
import { useOwnHost } from '../../test/support/own-host.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

describe('toa_ebpf: counters for node_exporter come and go with the receiver', () => {
  const host = useOwnHost('metrics');
  const call = async (command: string): Promise<string> => {
    const scripts = [host.script('metrics.sh', 'metrics_do() { eval "$1"; }\n')];
    return (await (await host.shell()).call({ scripts, fn: 'metrics_do', args: [command] })).stdout;
  };
  const run = async (given: object) => runVerb(verb, { balancers: ['10.0.0.0/8'], ...given }, await host.shell());
  const file = () => call('cat /var/lib/textfile/toa.prom 2>/dev/null || echo none');

  it('cron runs what writes them; they name build and vendor', async () => {
    await call('mkdir -p /var/lib/textfile /var/lib/other /etc/cron.d');
    const given = { metrics_dir: '/var/lib/textfile', vendor: ['huawei', 'lvs'] };
    expect(await run(given)).toMatchObject({ changed: true });
    const up = /^toa_receiver_up\{receiver="ebpf",build="[0-9a-f]{16}",vendor="huawei,lvs"\} 1$/m;
    expect(await file()).toMatch(up);
    expect(await file()).toMatch(/^toa_accepted_ack_total\{receiver="ebpf"\} 0$/m);
    expect(await call('cat /etc/cron.d/toa-metrics')).toContain('* * * * * root /etc/toa/metrics\n');
    expect(await run(given)).toMatchObject({ changed: false });
  });

  it('a receiver that is gone by itself is told, by the next collection', async () => {
    await call('/var/lib/toa/bin/toa-bpf detach; /etc/toa/metrics');
    const said = await file();
    expect(said).toMatch(/^toa_receiver_up\{receiver="ebpf",build="[0-9a-f]{16}",vendor="huawei,lvs"\} 0$/m);
    expect(said).not.toContain('_total');
  });

  it("links that wait in the folder are not followed, and the file is everybody's to read", async () => {
    const guess = 'umask 077; ln -s /etc/victim /var/lib/textfile/toa.prom.$$';
    const write = 'exec /var/lib/toa/bin/toa-bpf stats --prometheus --output /var/lib/textfile/toa.prom';
    await call(`echo mine >/etc/victim; sh -c '${guess}; ${write}'`);
    expect(await call('cat /etc/victim; stat -c %a /var/lib/textfile/toa.prom')).toBe('mine\n644\n');
  });

  it('another folder moves the file, no folder takes it away', async () => {
    expect(await run({ metrics_dir: '/var/lib/other' })).toMatchObject({ changed: true });
    expect(await file()).toBe('none\n');
    expect(await call('cat /var/lib/other/toa.prom')).toContain('} 1\n');
    expect(await run({})).toMatchObject({ changed: true });
    expect(await call('ls /var/lib/other /etc/cron.d; ls /etc/toa')).not.toMatch(/toa.prom|toa-metrics|metrics/);
  });

  it('the file goes when the receiver goes', async () => {
    await run({ metrics_dir: '/var/lib/textfile' });
    expect(await file()).toContain('} 1\n');
    expect(await run({ state: 'absent' })).toMatchObject({ changed: true });
    expect(await file()).toBe('none\n');
    expect(await call('find /etc/toa /etc/cron.d -name "*metrics*" 2>/dev/null')).toBe('');
  });
});

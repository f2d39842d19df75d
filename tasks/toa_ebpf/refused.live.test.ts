import { describe, expect, it } from 'vitest';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { METRICS_SH } from '../shared/receiver/metrics.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { verbScript } from '../shared/answer.ts';
import { useOwnHost } from '../../test/support/own-host.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

describe('toa_ebpf: what is refused leaves the host as it was, after a reboot too', () => {
  const host = useOwnHost('refused');

  const call = async (fn: string, vars: Record<string, string> = {}): Promise<string> => {
    const scripts = [...FILE_SCRIPTS, TOA_SH, METRICS_SH, verbScript('toa_ebpf'), host.script('refused.sh', SCRIPT)];
    const answer = await (await host.shell()).call({ scripts, fn, vars });
    return answer.stdout;
  };
  /** Receiver, list and all that the boot reads. */
  const state = (): Promise<string> => call('refused_state');
  const present = async (args: Record<string, unknown>) => runVerb(verb, args, await host.shell());
  const good = { balancers: ['10.0.0.0/8', '2001:db8::/32'], vendor: ['huawei', 'lvs'] };

  it('a good setting is in force, now and after a reboot', async () => {
    expect(await present(good)).toMatchObject({ changed: true });
    const before = await state();
    expect(before).toContain('"allow":["2001:db8::/32","10.0.0.0/8"]');
    expect(before).toContain('"kinds":"253:20,254:8"');
    await call('refused_reboot');
    expect(await state()).toBe(before);
    expect(await present(good)).toMatchObject({ changed: false });
  });

  it.each([
    { balancers: ['10.0.0.0/33'] },
    { balancers: ['10.0.0.0/8\n0.0.0.0/0'] },
    { balancers: [] },
    { balancers: ['any', '10.0.0.0/8'] },
    { vendor: ['huwaei'] },
    { vendor: ['254:4294967304'] },
    { balancers: 'any', vendor: ['nobody'] },
    { metrics_dir: '/no/such/folder' },
    { metrics_dir: '/no/such/folder', balancers: 'any', deferred: true, nat64: false },
  ])('the verb refuses %j', async (bad) => {
    const before = await state();
    expect(await present({ ...good, ...bad })).toMatchObject({ failed: true, code: expect.stringMatching(/^E_TOA_/) });
    expect(await state()).toBe(before);
    await call('refused_reboot');
    expect(await state()).toBe(before);
  });

  // what only the kernel or its loader knows to be wrong; the controller is passed by here
  it.each([
    { kinds: 'nonsense', allow: '10.0.0.0/8' },
    { kinds: 'default', allow: '10.0.0.0/33' },
    { kinds: 'default', allow: '10.0.0.0/8 0.0.0.0/0' },
    { kinds: '', allow: '' },
  ])('the loader refuses %j', async (bad) => {
    const before = await state();
    const sum = await call('refused_sum');
    const vars = { nat64: '1', deferred: '', metrics: '', check: '', uploaded: '', sum: sum.trim(), ...bad };
    expect(await call('toa_ebpf_main', vars)).not.toContain('attach={"ok":true');
    expect(await state()).toBe(before);
    await call('refused_reboot');
    expect(await state()).toBe(before);
  });
});

const SCRIPT = `
refused_state() {
	_pins=$(find /sys/fs/bpf -mindepth 1 -type f ! -name '*.debug' | sort)
	"$(toa_bin)/toa-bpf" status | sed 's/"prog_id":[0-9]*,"link_id":[0-9]*//g; s/"cgroup_id.*//'
	echo "$_pins"
	find /etc/toa /etc/rc.local /var/lib/toa -type f | sort | xargs sha256sum
}
refused_reboot() {
	umount /sys/fs/bpf
	mount -t bpf none /sys/fs/bpf
	sleep 0.3
	/etc/rc.local
}
refused_sum() { sha256sum "$(toa_bin)/toa-bpf" | cut -d' ' -f1; }
`;

import { describe, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { useOwnHost } from '../../test/support/own-host.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as build } from '../kmod_build/task.ts';
import { verb as load } from '../kmod_load/task.ts';
import { verb as boot } from './task.ts';

/** Each argument of the verbs with a value that it must not take. What loads is tried with real kernels (scripts/test-kernels). */
const WRONG: [verb: string, args: Record<string, unknown>][] = [
  ['kmod_boot', { parameters: { hash_bits: 99 } }],
  ['kmod_boot', { parameters: { max_clients: 0 } }],
  ['kmod_boot', { parameters: { syn_seconds: '4294967297' } }],
  ['kmod_boot', { parameters: { defer_accept: 'yes' } }],
  ['kmod_boot', { parameters: { allow: 'any' } }],
  ['kmod_boot', { parameters: { kinds: 'tencent' } }],
  ['kmod_boot', { parameters: { no_such: 1 } }],
  ['kmod_boot', { parameters: { max_clients: '1 allow=any' } }],
  ['kmod_boot', { parameters: { max_clients: "1'; touch /etc/toa/broken; '" } }],
  ['kmod_boot', { options: ['clean'] }],
  ['kmod_boot', { options: ['CC=gcc\nall:'] }],
  ['kmod_boot', { source: '/no/such/source' }],
  ['kmod_boot', { metrics_dir: '/no/such/folder' }],
  ['kmod_boot', { metrics_dir: '/no/such/folder', guard: 5, parameters: { max_clients: 7 }, rebuild: false }],
  ['kmod_build', { options: ['-f', '/etc/passwd'] }],
  ['kmod_build', { options: ['install'] }],
  ['kmod_build', { source: '/no/such/source' }],
  ['kmod_build', { release: '9.9.9-none', headers: false }],
  ['kmod_build', { release: '../../../etc', headers: false }],
  ['kmod_build', { sign_key: '/no/key' }],
  ['kmod_build', { sign_key: '/no/key', sign_cert: '/no/cert' }],
  ['kmod_build', { options: ['CC=/no/such/compiler'], headers: false }],
  ['kmod_load', { balancers: ['10.0.0.0/33'] }],
  ['kmod_load', { balancers: [] }],
  ['kmod_load', { balancers: 'any', vendor: ['nobody'] }],
  ['kmod_load', { balancers: 'any', parameters: { hash_bits: 99 } }],
  ['kmod_load', { balancers: 'any', parameters: { no_such: 1 } }],
  ['kmod_load', { balancers: 'any', path: '/no/such.ko' }],
];
const VERBS = { kmod_boot: boot, kmod_build: build, kmod_load: load };

describe('the verbs of the module: what is refused leaves the host as it was, after a reboot too', () => {
  const host = useOwnHost('module');

  const call = async (fn: string): Promise<string> => {
    const scripts = [host.script('module.sh', SCRIPT)];
    const answer = await (await host.shell()).call({ scripts, fn });
    expect(answer, answer.stderr).toMatchObject({ rc: 0 });
    return answer.stdout;
  };
  /** All that the boot reads, and what it loads then: module, kinds, list, parameters. */
  const state = async (): Promise<string> => (await call('module_state')) + (await call('module_reboot'));
  const run = async (name: string, args: Record<string, unknown>): Promise<ModuleResult> => {
    try {
      const verb = VERBS[name as keyof typeof VERBS] as typeof boot;
      return await runVerb(verb, args, await host.shell());
    } catch (error) {
      return { changed: false, failed: true, msg: String(error) };
    }
  };

  it('a good setting is what the next boot loads', async () => {
    await call('module_there');
    expect(await run('kmod_boot', { parameters: { max_clients: 5000 }, guard: 1, bridge: false })).toMatchObject({
      method: 'rc.local',
      changed: true,
    });
    const found = await state();
    expect(found).toMatch(/^insmod \S+toa\.ko kinds=huawei allow=none max_clients=5000$/m);
  });

  it.each(WRONG)('%s refuses %j', async (name, args) => {
    const before = await state();
    const good = name === 'kmod_boot' ? { parameters: { max_clients: 5000 }, guard: 1, bridge: false } : {};
    expect(await run(name, { ...good, ...args })).toMatchObject({ failed: true });
    expect(await state()).toBe(before);
  });
});

// the module is text with a vermagic and parameters, and insmod is a fake: this kernel loads none
const SCRIPT = `
module_there() {
	_dir=/var/lib/toa/modules/$(uname -r)
	mkdir -p "$_dir" /etc/toa /var/lib/fake &&
	printf 'license=GPL\\0vermagic=%s SMP mod_unload \\0parm=max_clients:x\\0parm=hash_bits:x\\0parm=defer_accept:x\\0' "$(uname -r)" >"$_dir/toa.ko" &&
	echo huawei >/etc/toa/kinds && echo 10.0.0.0/8 >/etc/toa/allow &&
	printf '#!/bin/sh\necho "insmod $*" >>/var/lib/fake/insmod.log\nexit 0\n' >/var/lib/fake/insmod && chmod +x /var/lib/fake/insmod
}
module_state() { find /etc/toa /etc/rc.local /etc/kernel /etc/cron.d /var/lib/toa/modules /var/lib/toa/source /var/lib/toa/bin -type f 2>/dev/null | sort | xargs sha256sum; }
module_reboot() {
	rm -f /var/lib/fake/insmod.log
	PATH=/var/lib/fake:$PATH sh /etc/rc.local >/dev/null 2>&1
	while [ -e /var/lib/toa/loading ]; do sleep 0.1; done
	cat /var/lib/fake/insmod.log
}
`;

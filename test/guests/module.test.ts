import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Finished, scratch } from '../e2e/fleet.ts';
import { Guests } from './guests.ts';

const SITE = 'playbooks/site.yml';
const CLIENT = { 'guest-a': 'client', 'guest-b': 'client' };
const BALANCER = { 'guest-a': 'balancer', 'guest-b': 'balancer' };
const UNCHANGED = { changed: 0, failed: 0, unreachable: 0 };
const REBOOT = `- hosts: all
  gather_facts: false
  tasks:
    - reboot:
        reboot_timeout: 1200
`;
/** Signatures wanted, or not, from the next boot on. */
const argumentsOf = (which: string): string => `- hosts: all
  gather_facts: false
  tasks:
    - boot_entry: {state: listed}
      register: boot
    - boot_entry:
        id: "{{ boot.default.id }}"
        ${which}: [module.sig_enforce=1]
`;
/** All that is there to be left behind: files, units, modules, interfaces. */
const TRACES = `{ find /etc /var/lib /usr/local /opt /lib/modules/*/extra /sys/fs/bpf -xdev ! -path '/var/lib/systemd/*' ! -path '/var/lib/private*'
ls /proc/net /sys/class/net; cut -d' ' -f1 /proc/modules; systemctl list-unit-files --no-legend; } 2>/dev/null | grep -vx tun | sort`;
/** A stand-in for another vendor's module: its name, and nothing else. */
const VENDOR = `mkdir -p /root/vendor && cd /root/vendor && echo 'obj-m := toa.o' >Makefile &&
printf '#include <linux/module.h>\\nMODULE_LICENSE("GPL");\\n' >toa.c && make -C /lib/modules/$(uname -r)/build M=$PWD modules 2>&1 | tail -n 3 &&
(rmmod toa 2>/dev/null || :) && insmod ./toa.ko && echo toa >/etc/modules-load.d/vendor.conf`;

/** A module under our name that ends the kernel as soon as it is loaded. */
const PANICS = `mkdir -p /root/panics && cd /root/panics && echo 'obj-m := toa.o' >Makefile &&
printf '#include <linux/module.h>\\nstatic int __init p(void) { panic("toa test"); return 0; }\\nmodule_init(p);\\nstatic char *kinds, *allow; module_param(kinds, charp, 0); module_param(allow, charp, 0);\\nMODULE_LICENSE("GPL");\\n' >toa.c &&
make -C /lib/modules/$(uname -r)/build M=$PWD modules 2>&1 | tail -n 3`;

/** Each test begins with both guests as the first run left them (the state `loaded`), and waits for what it needs. */
describe('toa_strategy: module on two virtual machines', () => {
  let guests: Guests;
  let before: Record<string, string> = {};
  let first: Finished;
  // the one that compiled: whichever asked first
  let builder = 'guest-a';
  let other = 'guest-b';

  beforeAll(async () => {
    guests = new Guests();
    for (const guest of ['guest-a', 'guest-b']) before[guest] = await guests.on(guest, TRACES);
    expect(await guests.shown()).toEqual(BALANCER);
    first = await guests.play(SITE, '-v');
    if ((await guests.on('guest-b', 'command -v gcc || echo none')) !== 'none')
      [builder, other] = ['guest-b', 'guest-a'];
    await guests.save('loaded', 'guest-a', 'guest-b');
  });
  beforeEach(() => guests.reset('loaded', 'guest-a', 'guest-b'));
  afterAll(() => guests?.down());

  const bootId = (guest: string): Promise<string> => guests.on(guest, 'cat /proc/sys/kernel/random/boot_id');
  const loaded = (guest: string): Promise<string> => guests.on(guest, 'lsmod | grep -c "^toa " || :');
  const modules = (guest: string): Promise<string> =>
    guests.on(guest, 'cd /var/lib/toa && sha256sum modules/*/toa.ko && ls build 2>/dev/null; :');

  it('one build; both load it and show the client; a second run changes nothing', async () => {
    expect(first.stdout + first.stderr).not.toMatch(/FAILED|UNREACHABLE/);
    expect(first.code).toBe(0);
    expect(await guests.shown()).toEqual(CLIENT);
    expect(first.stdout.match(new RegExp(`built on ${builder}`, 'g'))).toHaveLength(2);
    const [built, copied] = [await modules(builder), await modules(other)];
    expect(built.split('\n')[0]).toBe(copied.split('\n')[0]);
    expect(built).toMatch(new RegExp(`${guests.kernels.first}-[0-9a-f]+\\.log`));
    // no compiler, no log, no header came to the second one
    expect(copied.split('\n')).toHaveLength(1);
    expect(await guests.on(other, 'command -v gcc || echo none')).toBe('none');
    const second = await guests.good(SITE);
    expect(second).toMatchObject({ 'guest-a': UNCHANGED, 'guest-b': UNCHANGED });
    expect(await guests.good(SITE, '--check')).toMatchObject({ 'guest-a': UNCHANGED, 'guest-b': UNCHANGED });
  });

  it('counters: in the facts, and for node_exporter', async () => {
    await guests.on(other, 'mkdir /var/lib/node_exporter');
    const run = await guests.good(SITE, '--limit', other, '-e', 'toa_metrics_dir=/var/lib/node_exporter');
    expect(run[other]).toMatchObject({ failed: 0, changed: 1 });
    const facts = await guests.play('playbooks/plan.yml', '--limit', other, '-e', 'toa_strategy=module', '-v');
    expect(facts.stdout).toMatch(/probe_accepted\W+[1-9]/);
    await vi.waitFor(
      async () => {
        const metrics = await guests.on(other, 'cat /var/lib/node_exporter/toa.prom');
        expect(metrics).toMatch(/^toa_receiver_up\{receiver="module",build="[\d.]+",vendor="[^"]+"\} 1$/m);
        expect(metrics).toMatch(/^toa_probe_accepted_total\{receiver="module"\} [1-9]/m);
      },
      { timeout: 120_000, interval: 5000 },
    );
    // without the folder all of it goes
    await guests.good(SITE, '--limit', other);
    expect(
      await guests.on(other, 'rmdir /var/lib/node_exporter; ls /etc/systemd/system | grep -c toa-metrics || :'),
    ).toBe('0');
  });

  it('an orderly reboot, and soon another one: the receiver is there each time, without a hand', async () => {
    const old = await bootId(other);
    await guests.good(REBOOT, '--limit', other);
    await guests.good(REBOOT, '--limit', other);
    expect(await bootId(other)).not.toBe(old);
    await guests.command('wait', other);
    expect(await guests.shown()).toEqual(CLIENT);
    expect(await guests.good(SITE, '--limit', other)).toMatchObject({ [other]: UNCHANGED });
  });

  it('a power cut, forgiven once; a second one in a row: kept out for a boot, bridged by eBPF, and tried again', async () => {
    await guests.good(SITE, '--limit', builder, '-e', 'toa_crash_guard=7200');
    const old = await bootId(builder);
    await guests.command('restart', builder);
    expect(await bootId(builder)).not.toBe(old);
    expect(await loaded(builder)).toBe('1');
    expect(await guests.shown()).toEqual(CLIENT);
    await guests.command('restart', builder);
    expect(await loaded(builder)).toBe('0');
    expect(await guests.on(builder, 'dmesg')).toContain('while the module was young, 2 times in a row');
    expect(await guests.shown()).toEqual(CLIENT);
    const status = await guests.toaPlay('status', '-i', guests.inventory, '--limit', builder);
    expect(status.stdout).toContain('the kernel module is KEPT OUT');
    await guests.good(REBOOT, '--limit', builder);
    await guests.command('wait', builder);
    expect(await loaded(builder)).toBe('1');
    expect(await guests.shown()).toEqual(CLIENT);
  });

  it('a module that panics at load: kept out at once, eBPF bridges; the run refuses until somebody says so', async () => {
    await guests.good(SITE, '--limit', other, '-e', 'toa_crash_guard=7200');
    await guests.on(other, `cp -r /var/lib/toa/modules /root/good && sysctl -qw kernel.panic=5`);
    await guests.on(builder, PANICS);
    const ko = await guests.on(builder, 'base64 -w0 /root/panics/toa.ko');
    await guests.on(other, `echo ${ko} | base64 -d >/var/lib/toa/modules/$(uname -r)/toa.ko && sync`);
    await guests.command('restart', other);
    // the power cut above is forgiven; then the module is loaded, and the kernel panics
    expect(await loaded(other)).toBe('0');
    expect(await guests.on(other, 'cat /var/lib/toa/out')).toContain('young: Kernel panic - not syncing: toa test');
    expect(await guests.shown()).toEqual(CLIENT);
    const refused = await guests.play(SITE, '--limit', other, '-e', `toa_builder=${builder}`);
    expect(refused.code).toBe(2);
    expect(refused.stdout + refused.stderr).toContain('E_KMOD_LOAD_CRASHED');
    expect(await guests.shown()).toEqual(CLIENT);
    await guests.on(other, 'cp /root/good/$(uname -r)/toa.ko /var/lib/toa/modules/$(uname -r)/toa.ko');
    await guests.good(SITE, '--limit', other, '-e', 'toa_after_crash=load', '-e', `toa_builder=${builder}`);
    expect(await loaded(other)).toBe('1');
    expect(await guests.shown()).toEqual(CLIENT);
  });

  it("another vendor's module: refused by name, or replaced", async () => {
    await guests.on(builder, VENDOR);
    const refused = await guests.play(SITE, '--limit', builder);
    expect(refused.code).toBe(2);
    expect(refused.stdout + refused.stderr).toContain('E_TOA_VENDOR_MODULE');
    const replaced = await guests.play(SITE, '--limit', builder, '-e', 'toa_vendor_module=replace');
    expect(replaced.code).toBe(0);
    expect(replaced.stdout).toContain('/etc/modules-load.d/vendor.conf would load the replaced module again at boot');
    expect(await guests.shown()).toEqual(CLIENT);
    await guests.on(builder, 'rm -r /etc/modules-load.d/vendor.conf /root/vendor');
  });

  it('a kernel upgrade by the package manager alone: hooks build the module for the new kernel', async () => {
    const { newer } = guests.kernels;
    const install = `DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends`;
    await guests.on(builder, `${install} linux-image-${newer} linux-headers-${newer} 2>&1`);
    expect(await guests.on(builder, `modinfo -F vermagic /var/lib/toa/modules/${newer}/toa.ko`)).toContain(newer);
    await guests.good(REBOOT, '--limit', builder);
    await guests.command('wait', builder);
    expect(await guests.on(builder, 'uname -r')).toBe(newer);
    expect(await guests.shown()).toEqual(CLIENT);
    expect(await guests.good(SITE, '--limit', builder)).toMatchObject({ [builder]: UNCHANGED });
    expect(await guests.on(builder, 'cat /var/lib/toa/rebuilt')).toBe(`${newer} built`);
  });

  it('kernel-upgrade.yml: drained, installed, built before the reboot, proven, given back; again: nothing', async () => {
    const { newer } = guests.kernels;
    const marks = join(scratch(), 'balancer');
    const args = ['-e', `toa_kernel=${newer}`, '-e', `toa_builder=${builder}`, '-e', 'toa_drain_on=localhost'];
    const hooks = {
      toa_drain: `echo out {{ inventory_hostname }} >>${marks}`,
      toa_undrain: `echo in {{ inventory_hostname }} >>${marks}`,
    };
    const rolled = await guests.good('playbooks/kernel-upgrade.yml', ...args, '-e', JSON.stringify(hooks));
    expect(rolled).toMatchObject({ 'guest-a': { failed: 0 }, 'guest-b': { failed: 0 } });
    const steps = ['guest-a', 'guest-b'].flatMap((guest) => [`out ${guest}`, `in ${guest}`]);
    expect(readFileSync(marks, 'utf8').trim().split('\n')).toEqual(steps);
    expect(await guests.on(other, 'uname -r')).toBe(newer);
    // one build for both, no compiler on the other one
    const sum = `sha256sum </var/lib/toa/modules/${newer}/toa.ko`;
    expect(await guests.on(other, sum)).toBe(await guests.on(builder, sum));
    expect(await guests.on(other, 'command -v gcc || echo none')).toBe('none');
    expect(await guests.shown()).toEqual(CLIENT);
    const again = await guests.good('playbooks/kernel-upgrade.yml', ...args);
    expect(again).toMatchObject({ 'guest-a': UNCHANGED, 'guest-b': UNCHANGED });
  });

  it('a kernel that wants signatures: unsigned and strangers’ modules are refused by name; ours is signed', async () => {
    await guests.good(argumentsOf('arguments'), '--limit', builder);
    await guests.command('restart', builder);
    const unsigned = await guests.play(SITE, '--limit', builder);
    expect(unsigned.code).toBe(2);
    expect(unsigned.stdout + unsigned.stderr).toContain('E_KMOD_LOAD_UNSIGNED');
    const folder = scratch();
    const request = 'req -new -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=toa-test -keyout key.pem -out cert.pem';
    execFileSync('openssl', request.split(' '), { cwd: folder, stdio: 'ignore' });
    const keys = ['-e', `toa_sign_key=${folder}/key.pem`, '-e', `toa_sign_cert=${folder}/cert.pem`];
    const stranger = await guests.play(SITE, '--limit', builder, ...keys);
    expect(stranger.code).toBe(2);
    expect(stranger.stdout + stranger.stderr).toContain('E_KMOD_LOAD_UNSIGNED');
    expect(await guests.on(builder, 'modinfo -F signer /var/lib/toa/modules/$(uname -r)/toa.ko')).toBe('toa-test');
    // neither key nor certificate stays on the host
    expect(await guests.on(builder, 'grep -rl "PRIVATE KEY" /var/lib/toa /tmp /root /etc/toa | wc -l')).toBe('0');
    await guests.good(argumentsOf('remove_arguments'), '--limit', builder);
    await guests.command('restart', builder);
    expect(await guests.shown()).toEqual(CLIENT);
  });

  it('removal leaves no trace', async () => {
    const removed = await guests.good(SITE, '-e', 'toa_state=absent');
    expect(removed).toMatchObject({ 'guest-a': { failed: 0 }, 'guest-b': { failed: 0 } });
    expect(await guests.shown()).toEqual(BALANCER);
    const known = new Set(before[other].split('\n'));
    const after = (await guests.on(other, TRACES)).split('\n');
    // the newer kernel was asked for; everything else is as it was
    expect(
      after.filter(
        (line) => !known.has(line) && !line.includes(guests.kernels.newer) && !line.includes('/var/lib/dpkg'),
      ),
    ).toEqual([]);
    expect(await guests.good(SITE, '-e', 'toa_state=absent')).toMatchObject({
      'guest-a': UNCHANGED,
      'guest-b': UNCHANGED,
    });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finished, scratch } from '../e2e/fleet.ts';
import { Guests } from './guests.ts';

const UPGRADE = 'playbooks/kernel-upgrade.yml';
const EBPF = ['-e', 'toa_strategy=ebpf'];
const CLIENT = { 'guest-a': 'client', 'guest-b': 'client' };
const UNCHANGED = { changed: 0, failed: 0, unreachable: 0 };

/** The steps of the playbook at which the power is cut, and the state from which the run begins. */
const STEPS = [
  ['Keep the running kernel as the default', 'ready'],
  ['Install the kernel', 'ready'],
  ['Boot the new kernel once', 'installed'],
  ['Boot it', 'installed'],
  ['Prove that services see the client', 'installed'],
  ['Make the proven kernel the default', 'installed'],
] as const;

/** Each test resets the guests that it needs to a disk that was kept: `ready` has the eBPF receiver and kernel 6.1. */
describe('kernel-upgrade.yml on two virtual machines', () => {
  let guests: Guests;
  const newer = (): string => guests.kernel('newer');
  const running = (guest: string): Promise<string> => guests.on(guest, 'uname -r');
  const bootId = (guest: string): Promise<string> => guests.on(guest, 'cat /proc/sys/kernel/random/boot_id');

  /** A run with commands that write down who leaves and enters the balancer. */
  const upgrade = async (kernel: string, ...args: string[]): Promise<Finished & { marks: string[] }> => {
    const marks = join(scratch(), 'balancer');
    const drains = {
      toa_drain: `echo out {{ inventory_hostname }} >>${marks}`,
      toa_undrain: `echo in {{ inventory_hostname }} >>${marks}`,
      toa_drain_on: 'localhost',
      toa_kernel: kernel,
      // emulated machines boot slowly, those beside busy neighbours more so
      toa_reboot_timeout: 3600,
    };
    const finished = await guests.play(UPGRADE, ...EBPF, '-e', JSON.stringify(drains), ...args);
    let lines: string[] = [];
    try {
      lines = readFileSync(marks, 'utf8').trim().split('\n');
    } catch {
      // nobody left
    }
    return { ...finished, marks: lines };
  };
  const said = ({ stdout, stderr }: Finished): string => stdout + stderr;

  beforeAll(async () => {
    guests = new Guests();
    await guests.good('playbooks/site.yml', ...EBPF);
    expect(await guests.shown()).toEqual(CLIENT);
    await guests.save('ready', 'guest-a', 'guest-b');
    await guests.on('guest-a', `DEBIAN_FRONTEND=noninteractive apt-get -qq install -y linux-image-${newer()} 2>&1`);
    await guests.save('installed', 'guest-a');
  });
  afterAll(() => guests?.down());

  it('6.1 to 6.12 in two batches: out, proven, in; the new kernel is the default; again: nothing', async () => {
    await guests.reset('ready', 'guest-a', 'guest-b');
    const run = await upgrade(newer());
    expect(said(run)).not.toMatch(/FAILED|UNREACHABLE/);
    expect(run.code).toBe(0);
    expect(run.marks).toEqual(['out guest-a', 'in guest-a', 'out guest-b', 'in guest-b']);
    expect([await running('guest-a'), await running('guest-b')]).toEqual([newer(), newer()]);
    const again = await upgrade(newer());
    expect(again.marks).toEqual(['in guest-a', 'in guest-b']);
    await guests.command('restart', 'guest-a');
    expect(await running('guest-a')).toBe(newer());
    expect(await guests.shown()).toEqual(CLIENT);
    expect(await guests.good(UPGRADE, ...EBPF, '-e', `toa_kernel=${newer()}`)).toMatchObject({
      'guest-a': UNCHANGED,
      'guest-b': UNCHANGED,
    });
  });

  it('a kernel that panics: back by itself, the second guest untouched, and the report says which and why', async () => {
    await guests.reset('ready', 'guest-a', 'guest-b');
    const [first, untouched] = [guests.kernel('first'), await bootId('guest-b')];
    const run = await upgrade(guests.kernel('panicking'));
    expect(run.code).toBe(2);
    expect(said(run)).toMatch(
      new RegExp(`guest-a.*Boot it: .*Kernel panic - not syncing.*${first} runs, and shows clients`),
    );
    expect(run.marks).toEqual(['out guest-a', 'in guest-a']);
    expect([await running('guest-a'), await bootId('guest-b')]).toEqual([first, untouched]);
    expect(await guests.on('guest-b', 'ls /boot/vmlinuz-*')).toBe(`/boot/vmlinuz-${first}`);
    expect(await guests.shown()).toEqual(CLIENT);
    // and it is not tried again unasked
    const before = await bootId('guest-a');
    const again = await upgrade(guests.kernel('panicking'));
    expect(said(again)).toContain('did not stay on this host: Kernel panic');
    expect(await bootId('guest-a')).toBe(before);
  });

  it('a kernel that comes up without network: it leaves by itself, and the report says so', async () => {
    await guests.reset('ready', 'guest-a');
    const run = await upgrade(guests.kernel('lonely'), '--limit', 'guest-a', '-e', 'toa_trial=60');
    expect(run.code).toBe(2);
    expect(said(run)).toContain('it booted, and nobody proved it within 60 seconds');
    expect(await running('guest-a')).toBe(guests.kernel('first'));
    expect(run.marks).toEqual(['out guest-a', 'in guest-a']);
    expect(await guests.shown()).toMatchObject({ 'guest-a': 'client' });
  });

  it.each(STEPS)('the power is cut at "%s": the next run goes on', async (step, state) => {
    await guests.reset(state, 'guest-a');
    const settings = JSON.stringify({ toa_kernel: newer(), toa_reboot_timeout: 3600 });
    await guests.playAndCut('guest-a', step, UPGRADE, ...EBPF, '--limit', 'guest-a', '-e', settings);
    await guests.command('wait', 'guest-a');
    const next = await upgrade(newer(), '--limit', 'guest-a');
    expect(said(next)).not.toMatch(/FAILED|UNREACHABLE/);
    expect([next.code, next.marks.at(-1)]).toEqual([0, 'in guest-a']);
    await guests.command('restart', 'guest-a');
    expect(await running('guest-a')).toBe(newer());
    expect(await guests.shown()).toMatchObject({ 'guest-a': 'client' });
  });

  it('grubenv on LVM is refused, by name, before anything is changed', async () => {
    await guests.reset('ready', 'guest-a');
    await guests.on(
      'guest-a',
      `modprobe -a loop dm_mod && truncate -s 100M /root/pv && pv=$(losetup -f --show /root/pv) && pvcreate -q $pv &&
      vgcreate -q boot $pv && lvcreate -qy -n grub -l 100%FREE boot && mkfs.ext4 -q /dev/boot/grub && mount /dev/boot/grub /mnt &&
      cp -a /boot/grub/. /mnt && umount /mnt && mount /dev/boot/grub /boot/grub`,
    );
    const before = await guests.on('guest-a', 'sha256sum /boot/grub/grubenv /etc/default/grub');
    const run = await upgrade(newer(), '--limit', 'guest-a');
    expect(run.code).toBe(2);
    expect(said(run)).toContain('GRUB reads its grubenv on lvm with ext2 but cannot write it');
    expect(await guests.on('guest-a', 'sha256sum /boot/grub/grubenv /etc/default/grub')).toBe(before);
    expect(run.marks).toEqual(['in guest-a']);
  });

  it('a full /boot is refused before anything is installed; --check says so too', async () => {
    await guests.reset('ready', 'guest-a');
    await guests.on('guest-a', `fallocate -l $(($(df -Pk /boot | awk 'NR == 2 { print $4 }') - 5120))K /root/full`);
    const check = await guests.play(UPGRADE, ...EBPF, '-e', `toa_kernel=${newer()}`, '--limit', 'guest-a', '--check');
    expect(said(check)).toMatch(/\/boot has [0-9] MiB free, [0-9]+ MiB are needed/);
    const run = await upgrade(newer(), '--limit', 'guest-a');
    expect([run.code, said(run)]).toEqual([2, expect.stringContaining('E_BOOT_ENTRY_PREFLIGHT')]);
    expect(await guests.on('guest-a', 'ls /boot/vmlinuz-* | wc -l')).toBe('1');
  });
});

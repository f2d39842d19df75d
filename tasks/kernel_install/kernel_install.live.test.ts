import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { release as osRelease } from 'node:os';
import { beforeEach, expect, it } from 'vitest';
import { runProgram } from '../../scripts/lib/programs.mjs';
import type { ModuleResult } from '../../src/base/result.ts';
import { copyTree } from '../../test/support/kernel-tree.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb as build } from '../kernel_build/task.ts';
import { verb } from './task.ts';

const RELEASE = '6.1.99-toa';

forEachShell('kernel_install', (getShell) => {
  const at = useScratch();
  /** A host: its root, its state, and programs before all others. */
  const host = (name = 'host'): Record<string, string> => ({
    KERNEL_ROOT: at(name),
    KERNEL_HOME: at(`${name}/var/lib/toa/kernel`),
    XDG_CACHE_HOME: at('cache'),
    PATH: `${at('bin')}:${String(process.env['PATH'])}`,
  });
  const run = async (given: Record<string, unknown> = {}, options: VerbRunOptions = {}): Promise<ModuleResult> =>
    runVerb(verb, { tree: at('linux'), ...given }, await getShell(), { environment: host(), ...options });
  const made = async (given: Record<string, unknown> = {}): Promise<void> => {
    const options = { tree: at('linux'), extraversion: '-toa', config: { TOA: 'm' }, ...given };
    expect(
      await runVerb(build, options, await getShell(), { environment: { KERNEL_HOME: at('built') } }),
    ).toMatchObject({
      changed: true,
    });
  };
  /** A stand-in for a program of a distribution: it writes down its words, and makes what such a program makes. */
  const standIn = (name: string, body: string): void => {
    writeFileSync(at('bin', name), `#!/bin/sh\necho "${name} $*" >>${at('called')}\n${body}\n`);
    chmodSync(at('bin', name), 0o755);
  };
  const called = (): string => (existsSync(at('called')) ? readFileSync(at('called'), 'utf8') : '');
  const boot = (): string[] => readdirSync(at('host/boot')).toSorted();

  beforeEach(async () => {
    copyTree('small', at('linux'));
    mkdirSync(at('bin'));
    mkdirSync(at('host/boot'), { recursive: true });
    writeFileSync(at(`host/boot/vmlinuz-1.0`), 'old');
    await made();
  });

  it('by hand: image, map, configuration, modules, links; again: nothing; --check: nothing', async () => {
    const given = { links: true, initrd: 'none' };
    expect(await run(given, { check: true })).toMatchObject({ changed: true });
    expect(boot()).toEqual(['vmlinuz-1.0']);
    symlinkSync('vmlinuz-1.0', at('host/boot/vmlinuz'));
    expect(await run(given)).toMatchObject({
      changed: true,
      release: RELEASE,
      kernel: at(`host/boot/vmlinuz-${RELEASE}`),
    });
    const names = [
      'System.map',
      `System.map-${RELEASE}`,
      `config-${RELEASE}`,
      'vmlinuz',
      'vmlinuz-1.0',
      `vmlinuz-${RELEASE}`,
    ];
    expect(boot()).toEqual(names);
    expect(readlinkSync(at('host/boot/vmlinuz'))).toBe(`vmlinuz-${RELEASE}`);
    expect(readFileSync(at(`host/boot/vmlinuz-${RELEASE}`), 'latin1')).toContain(`release ${RELEASE}\n`);
    expect(lstatSync(at(`host/boot/vmlinuz-${RELEASE}`)).mode & 0o777).toBe(0o644);
    const modules = at('host/lib/modules', RELEASE);
    expect(readdirSync(modules)).toContain('modules.dep.bin');
    expect(existsSync(`${modules}/kernel/net/toa/toa.ko`)).toBe(true);
    expect(await run(given)).toMatchObject({ changed: false, release: RELEASE });
    expect(readdirSync(at('host/lib/modules'))).toEqual([RELEASE]);
    // a rebuilt kernel of the same name replaces it
    await made({ defines: [{ file: 'include/linux/small.h', name: 'SMALL_NUMBER', value: '7', expect: ['200'] }] });
    expect(await run(given)).toMatchObject({ changed: true });
  });

  it.each([
    ['dracut', 'echo initrd >"$2"', `dracut -f BOOT/.toa-initrd-${RELEASE} ${RELEASE}`, `initramfs-${RELEASE}.img`],
    ['mkinitrd', 'echo initrd >"$2"', `mkinitrd -f BOOT/.toa-initrd-${RELEASE} ${RELEASE}`, `initrd-${RELEASE}.img`],
    [
      'mkinitramfs',
      'echo initrd >"$2"',
      `mkinitramfs -o BOOT/.toa-initrd-${RELEASE} ${RELEASE}`,
      `initrd.img-${RELEASE}`,
    ],
  ])('the initrd by %s (a stand-in)', async (name, body, line, file) => {
    standIn(name, body);
    expect(await run({ initrd: name })).toMatchObject({ changed: true, initrd: at('host/boot', file) });
    expect(called().replaceAll(at('host/boot'), 'BOOT')).toBe(`${line}\n`);
  });

  it('an initrd that fails: no image is there, and the next run goes on', async () => {
    standIn('dracut', 'echo "dracut: no space left for this" >&2; exit 1');
    expect(await run({ initrd: 'dracut' })).toMatchObject({
      failed: true,
      code: 'E_KINSTALL_INITRD',
      msg: expect.stringContaining('no space left for this'),
    });
    expect(boot().filter((name) => name.startsWith('vmlinuz') || name.startsWith('.'))).toEqual(['vmlinuz-1.0']);
    standIn('dracut', 'echo initrd >"$2"');
    expect(await run({ initrd: 'dracut' })).toMatchObject({ changed: true });
  });

  it('by make install: with an installkernel (a stand-in), and without one', async () => {
    const without = { environment: { ...host(), INSTALLKERNEL: 'no-installkernel' } };
    expect(await run({ how: 'make' }, without)).toMatchObject({
      failed: true,
      code: 'E_KINSTALL_LOADER',
      msg: expect.stringContaining('Cannot find LILO.'),
    });
    standIn('installkernel', 'cp "$2" "$4/vmlinuz-$1"; cp "$3" "$4/System.map-$1"');
    expect(await run({ how: 'make' })).toMatchObject({ changed: true, release: RELEASE });
    expect(called()).toBe(`installkernel ${RELEASE} arch/x86/boot/bzImage System.map ${at('host/boot')}\n`);
    expect(await run({ how: 'make' })).toMatchObject({ changed: false });
  });

  it('sent to a host that did not build it, packed once; what is odd in it is refused', async () => {
    const before = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = at('cache');
    try {
      const given = { builder: 'other', initrd: 'none' };
      const environment = { ...host('far'), KERNEL_HOME: at('far/var/lib/toa/kernel') };
      expect(await run(given, { environment })).toMatchObject({ changed: true, release: RELEASE });
      expect(existsSync(at('far/lib/modules', RELEASE, 'kernel/net/toa/toa.ko'))).toBe(true);
      expect(existsSync(at('far/lib/modules', RELEASE, 'build'))).toBe(false);
      expect(await run(given, { environment })).toMatchObject({ changed: false });
      const [name] = readdirSync(at('cache/toa-play/kernels'));
      const pack = at('cache/toa-play/kernels', name);
      for (const odd of ['boot/grub.cfg', `lib/modules/${RELEASE}/link`]) {
        rmSync(at('stage'), { recursive: true, force: true });
        mkdirSync(at('stage'));
        runProgram('tar', ['-xzf', pack, '-C', at('stage')]);
        if (odd.endsWith('link')) symlinkSync('/etc', at('stage', odd));
        else writeFileSync(at('stage', odd), 'x');
        runProgram('tar', ['-czf', pack, '-C', at('stage'), 'boot', 'lib']);
        const third = await run(given, { environment: host('third') });
        expect(third).toMatchObject({ failed: true, code: 'E_KINSTALL_ARCHIVE', msg: expect.stringContaining(odd) });
        expect(existsSync(at('third/boot', `vmlinuz-${RELEASE}`))).toBe(false);
      }
    } finally {
      if (before === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = before;
    }
  });

  it("never over another's kernel, nor over the one that runs", async () => {
    writeFileSync(at(`host/boot/vmlinuz-${RELEASE}`), 'packaged');
    expect(await run({ initrd: 'none' })).toMatchObject({ failed: true, code: 'E_KINSTALL_FOREIGN' });
    expect(readFileSync(at(`host/boot/vmlinuz-${RELEASE}`), 'utf8')).toBe('packaged');
    writeFileSync(at('linux/include/config/kernel.release'), `${osRelease()}\n`);
    expect(await run({ initrd: 'none' })).toMatchObject({ failed: true, code: 'E_KINSTALL_RUNNING' });
  });

  it('removal: what it installed, and never the running, the default, the last good, or the only one', async () => {
    await run({ initrd: 'none', links: true });
    const absent = (more: Record<string, unknown> = {}): Promise<ModuleResult> =>
      run({ state: 'absent', release: RELEASE, ...more });
    expect(await absent({ keep: [RELEASE] })).toMatchObject({ code: 'E_KINSTALL_GOOD' });
    mkdirSync(at('host/boot/grub'));
    writeFileSync(at('host/boot/grub/grubenv'), `saved_entry=gnulinux-${RELEASE}-advanced\n`);
    expect(await absent()).toMatchObject({ code: 'E_KINSTALL_GOOD', msg: expect.stringContaining('default') });
    rmSync(at('host/boot/grub'), { recursive: true });
    mkdirSync(at('host/var/lib/toa/boot'), { recursive: true });
    writeFileSync(at('host/var/lib/toa/boot/trial'), `release=9\nfrom=${RELEASE}\n`);
    expect(await absent()).toMatchObject({ code: 'E_KINSTALL_GOOD', msg: expect.stringContaining('goes back') });
    rmSync(at('host/var/lib/toa/boot'), { recursive: true });
    rmSync(at('host/boot/vmlinuz-1.0'));
    expect(await absent()).toMatchObject({ code: 'E_KINSTALL_GOOD', msg: expect.stringContaining('only kernel') });
    writeFileSync(at('host/boot/vmlinuz-1.0'), 'old');
    expect(await run({ state: 'absent', release: osRelease() })).toMatchObject({ changed: false });
    expect(await run({ state: 'absent', release: '1.0' })).toMatchObject({ code: 'E_KINSTALL_FOREIGN' });
    expect(await absent()).toMatchObject({ changed: true });
    expect(boot()).toEqual(['vmlinuz-1.0']);
    expect(readdirSync(at('host/lib/modules'))).toEqual([]);
    expect(await absent()).toMatchObject({ changed: false });
  });
});

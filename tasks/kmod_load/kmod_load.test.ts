import { existsSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

// Loading itself: a kernel in QEMU (scripts/test-kernels). Here: what never reaches insmod.
forEachShell('kmod_load', (shell) => {
  const at = useScratch();
  const run = async (args: Record<string, unknown>): Promise<ModuleResult> =>
    runVerb(verb, { balancers: 'any', ...args }, await shell());

  it('refuses a module for another kernel before insmod sees it', async () => {
    writeFileSync(at('toa.ko'), '\x7fELF\0license=GPL\0vermagic=2.6.32-642.el6.x86_64 SMP mod_unload modversions \0');
    const result = await run({ path: at('toa.ko') });
    expect(result).toMatchObject({ failed: true, code: 'E_KMOD_LOAD_VERMAGIC', changed: false });
    expect(result.msg).toContain('is for kernel 2.6.32-642.el6.x86_64, and');
    expect(existsSync('/etc/toa/kinds')).toBe(false);
  });

  it('says which module is missing', async () => {
    expect(await run({ path: at('none.ko') })).toMatchObject({ failed: true, code: 'E_KMOD_LOAD_MISSING' });
  });

  it('takes no parameter that insmod could misread', async () => {
    const result = await run({ path: at('toa.ko'), parameters: { max_clients: '1 kinds=x' } });
    expect(result).toMatchObject({ failed: true, code: 'E_KMOD_PARAMETER' });
  });

  it.each([
    [{ balancers: [] }, 'E_TOA_BALANCERS'],
    [{ balancers: ['10.0.0.0/8\n0.0.0.0/0'] }, 'E_TOA_NETWORK'],
    [{ vendor: ['nobody'] }, 'E_TOA_VENDOR'],
    [{ parameters: { hash_bits: 99 } }, 'E_KMOD_PARAMETER'],
    [{ parameters: { max_clients: 0 } }, 'E_KMOD_PARAMETER'],
    [{ parameters: { syn_seconds: '4294967297' } }, 'E_KMOD_PARAMETER'],
    [{ parameters: { allow: 'any' } }, 'E_KMOD_PARAMETER'],
  ])('%j is refused', async (args, code) => {
    expect(await run(args)).toMatchObject({ failed: true, code, changed: false });
    expect(existsSync('/etc/toa')).toBe(false);
  });
});

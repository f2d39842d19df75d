import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../test/support/isolated.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

// Files and modules that are built in are real. The modprobe program is a fake that notes how it was called: what it
// does on a real kernel is tested with kmod_load, in virtual machines.
let isolated: Isolated;
let calls: string;
let builtIn: string;

beforeAll(async () => {
  isolated = openIsolated(['/etc']);
  calls = join(isolated.folder, 'calls');
  const fake = join(isolated.folder, 'modprobe');
  writeFileSync(
    fake,
    `#!/bin/sh\necho "$*" >>${calls}\ncase $* in *nosuch*) echo "modprobe: FATAL: Module nosuch not found in directory /lib/modules/1" >&2; exit 1 ;; esac\n`,
  );
  chmodSync(fake, 0o755);
  builtIn = readdirSync('/sys/module').find((name) => name.includes('_')) ?? '';
  const shell = await isolated.session.shell();
  const clean = 'rm -rf /etc/modules-load.d /etc/modprobe.d; mkdir /etc/modules-load.d /etc/modprobe.d';
  await shell.call({ scripts: [], fn: 'eval', args: [clean] });
});
beforeEach(() => writeFileSync(calls, ''));
afterAll(() => isolated.close());

const run = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> =>
  runVerb(verb, args, await isolated.session.shell(), {
    environment: { PATH: `${isolated.folder}:/usr/sbin:/usr/bin:/sbin:/bin` },
    ...options,
  });
const files = async (): Promise<string> => {
  const show = 'for f in /etc/modules-load.d/* /etc/modprobe.d/*; do [ ! -f "$f" ] || { echo "$f:"; cat "$f"; }; done';
  return (await (await isolated.session.shell()).call({ scripts: [], fn: 'eval', args: [show] })).stdout;
};

it('loads with parameters, and does nothing for what is built in', async () => {
  expect(await run({ name: 'dummy', params: 'numdummies=2 x=1' })).toMatchObject({
    changed: true,
    name: 'dummy',
    state: 'present',
    params: 'numdummies=2 x=1',
  });
  expect(readFileSync(calls, 'utf8')).toBe('dummy numdummies=2 x=1\n');
  writeFileSync(calls, '');
  expect(await run({ name: builtIn })).toMatchObject({ changed: false });
  expect(await run({ name: builtIn.replaceAll('_', '-') })).toMatchObject({ changed: false });
  expect(await run({ name: 'dummy', state: 'absent' })).toMatchObject({ changed: false });
  expect(readFileSync(calls, 'utf8')).toBe('');
});

it('loads nothing under check, and says what modprobe said', async () => {
  expect(await run({ name: 'dummy' }, { check: true })).toMatchObject({ changed: true });
  expect(readFileSync(calls, 'utf8')).toBe('-n dummy\n');
  const wrong = await run({ name: 'nosuch' });
  expect(wrong).toMatchObject({ failed: true, msg: expect.stringContaining('Module nosuch not found') });
  expect(await run({ name: '../x' })).toMatchObject({ failed: true });
});

it('persists, changes and forgets a module and its parameters, once', async () => {
  const name = builtIn;
  for (const changed of [true, false])
    expect(await run({ name, persistent: 'present', params: 'a=1' })).toMatchObject({ changed, persistent: 'present' });
  expect(await files()).toBe(
    `/etc/modules-load.d/${name}.conf:\n${name}\n/etc/modprobe.d/${name}.conf:\noptions ${name} a=1\n`,
  );
  for (const changed of [true, false])
    expect(await run({ name, persistent: 'present', params: 'a=2' })).toMatchObject({ changed });
  expect(await files()).toContain(`options ${name} a=2\n`);
  expect(await files()).not.toMatch(/^options .* a=1$/m);
  for (const changed of [true, false]) expect(await run({ name, persistent: 'absent' })).toMatchObject({ changed });
  expect(await files()).not.toMatch(new RegExp(`^(${name}|options)`, 'm'));
});

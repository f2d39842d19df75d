import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../test/support/isolated.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

// The real pip and venv, with wheels of a local folder. There is no network.
let isolated: Isolated;
let venv: string;
let wheels: string;

const WHEEL = `
import sys, zipfile
folder, name, version = sys.argv[1:]
info = f'{name}-{version}.dist-info'
with zipfile.ZipFile(f'{folder}/{name}-{version}-py3-none-any.whl', 'w') as wheel:
    wheel.writestr(f'{name}.py', f'version = "{version}"\\n')
    wheel.writestr(f'{info}/METADATA', f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n')
    wheel.writestr(f'{info}/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(f'{info}/RECORD', '')
`;

beforeAll(() => {
  isolated = openIsolated([]);
  [venv, wheels] = [join(isolated.folder, 'venv'), join(isolated.folder, 'wheels')];
  mkdirSync(wheels);
  for (const [name, version] of [
    ['toa_one', '1.0'],
    ['toa_one', '1.1'],
    ['toa_two', '2.0'],
  ])
    runProgram('python3', ['-c', WHEEL, wheels, name, version]);
});
afterAll(() => isolated.close());

const run = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> => {
  const extra_args = `--no-index --find-links ${wheels}`;
  const environment = { PIP_CONFIG_FILE: '/dev/null', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  const shell = await isolated.session.shell();
  return runVerb(verb, { virtualenv: venv, virtualenv_command: 'python3 -m venv', extra_args, ...args }, shell, {
    environment,
    ...options,
  });
};
const twice = async (args: Record<string, unknown>): Promise<void> => {
  expect(await run(args, { check: true })).toMatchObject({ changed: true });
  expect(await run(args)).toMatchObject({ changed: true });
  expect(await run(args)).toMatchObject({ changed: false });
};
const versionOf = (name: string): string =>
  runProgram(join(venv, 'bin/python'), ['-c', `import ${name}; print(${name}.version)`]).trim();

it('makes the environment and installs, once; upgrades, goes back and removes', async () => {
  expect(await run({ name: 'toa-one==1.0' }, { check: true })).toMatchObject({ changed: true });
  expect(existsSync(venv)).toBe(false);
  await twice({ name: 'toa-one', version: '1.0' });
  expect(versionOf('toa_one')).toBe('1.0');
  // any version will do, by any of its names
  expect(await run({ name: 'TOA_one' })).toMatchObject({ changed: false });
  expect(await run({ name: 'toa-one>=1.0,<2' })).toMatchObject({ changed: false });
  expect(await run({ name: 'toa-one', state: 'latest' })).toMatchObject({ changed: true });
  expect(await run({ name: 'toa-one', state: 'latest' })).toMatchObject({ changed: false });
  expect(versionOf('toa_one')).toBe('1.1');
  await twice({ name: ['toa-one==1.0', 'toa-two'] });
  expect(versionOf('toa_one')).toBe('1.0');
  expect(await run({ name: 'toa-two', state: 'forcereinstall' })).toMatchObject({ changed: true });
  await twice({ name: ['toa-one', 'toa-two'], state: 'absent' });
  expect(() => versionOf('toa_one')).toThrow();
});

it('installs and removes what a requirements file names', async () => {
  const requirements = join(isolated.folder, 'requirements.txt');
  writeFileSync(requirements, 'toa_two==2.0\n');
  expect(await run({ requirements })).toMatchObject({ changed: true, requirements });
  expect(await run({ requirements })).toMatchObject({ changed: false });
  expect(versionOf('toa_two')).toBe('2.0');
  expect(await run({ requirements, state: 'absent' })).toMatchObject({ changed: true });
  expect(await run({ requirements, state: 'absent' })).toMatchObject({ changed: false });
});

it('says what pip said, and what cannot be asked for', async () => {
  const missing = await run({ name: 'nobody-has-this' });
  expect(missing).toMatchObject({ failed: true, msg: expect.stringContaining('nobody-has-this') });
  expect(await run({ name: ['a', 'b'], version: '1' })).toMatchObject({ failed: true });
  expect(await run({})).toMatchObject({ failed: true });
  expect(await run({ name: '-r x' })).toMatchObject({ failed: true });
});

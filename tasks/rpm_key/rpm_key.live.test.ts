import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../test/support/isolated.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

// The real rpm and gpg; Debian's rpm keeps its database in the home folder, which is empty inside.
let isolated: Isolated;
let key: string;
let fingerprint: string;

beforeAll(() => {
  isolated = openIsolated([], ['mount -t tmpfs tmpfs /root', 'export HOME=/root']);
  key = join(isolated.folder, 'key.asc');
  const home = join(isolated.folder, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  const gpg = (...args: string[]): string =>
    runProgram('gpg', ['--homedir', home, '--batch', '--quiet', '--passphrase', '', ...args]);
  gpg('--quick-generate-key', 'toa-play test <test@localhost>', 'rsa2048', 'sign', 'never');
  writeFileSync(key, gpg('--armor', '--export'));
  fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
  runProgram('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
});
afterAll(() => isolated.close());

const run = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> =>
  runVerb(verb, args, await isolated.session.shell(), options);
const keys = async (): Promise<string> => {
  const shell = await isolated.session.shell();
  return (await shell.call({ scripts: [], fn: 'rpm', args: ['-q', 'gpg-pubkey', '--qf', '%{version}\n'] })).stdout;
};
const short = (): string => fingerprint.slice(-8).toLowerCase();

it('adds a key of a file or a URL, once', async () => {
  expect(await run({ key }, { check: true })).toMatchObject({ changed: true });
  expect(await keys()).toContain('is not installed');
  expect(await run({ key })).toMatchObject({ changed: true });
  expect(await run({ key })).toMatchObject({ changed: false });
  expect(await run({ key: `file://${key}` })).toMatchObject({ changed: false });
  expect(await keys()).toBe(`${short()}\n`);
});

it.each([
  ['file', () => key],
  ['short id', () => short()],
  ['long id', () => `0x${fingerprint.slice(-16)}`],
])('removes it by %s, once', async (_by, name) => {
  await run({ key });
  expect(await run({ key: name(), state: 'absent' }, { check: true })).toMatchObject({ changed: true });
  expect(await run({ key: name(), state: 'absent' })).toMatchObject({ changed: true });
  expect(await run({ key: name(), state: 'absent' })).toMatchObject({ changed: false });
  expect(await keys()).toContain('is not installed');
});

it('takes a key of the right fingerprint only', async () => {
  const wrong = await run({ key, fingerprint: 'EBC6 E12C 62B1 C734 026B  2122 A20E 5214 6B8D 79E6' });
  expect(wrong).toMatchObject({ failed: true, msg: expect.stringContaining('does not match the key fingerprint') });
  expect(await keys()).toContain('is not installed');
  expect(await run({ key, fingerprint: fingerprint.replace(/(.{4})/g, '$1 ') })).toMatchObject({ changed: true });
});

it('refuses what is no key', async () => {
  const file = join(isolated.folder, 'no-key');
  writeFileSync(file, 'hello\n');
  expect(await run({ key: file })).toMatchObject({ failed: true, msg: `Not a public key: ${file}` });
  expect(await run({ key: join(isolated.folder, 'none') })).toMatchObject({ failed: true });
  const broken = join(isolated.folder, 'broken');
  writeFileSync(broken, readFileSync(key, 'utf8').replace(/^[\w+/=]{20,}$/gm, 'AAAA'));
  expect(await run({ key: broken })).toMatchObject({ failed: true });
  expect(await run({ key: 'DEADB33F' })).toMatchObject({ failed: true });
});

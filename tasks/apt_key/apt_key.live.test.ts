import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../test/support/isolated.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

/** Real gpg and a key of its own, on a copy of /etc/apt. */
let host: Isolated;
let key = '';
let id = '';

beforeAll(() => {
  host = openIsolated(['/etc/apt']);
  const home = join(host.folder, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  const gpg = (...words: string[]): string => runProgram('gpg', ['--homedir', home, '--batch', ...words]);
  gpg(
    '--pinentry-mode',
    'loopback',
    '--passphrase',
    '',
    '--quick-gen-key',
    'Toa Test <toa@example>',
    'ed25519',
    'sign',
    'never',
  );
  key = gpg('--armor', '--export');
  id = /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
  writeFileSync(join(host.folder, 'key.asc'), key);
  runProgram('gpgconf', ['--homedir', home, '--kill', 'all']);
});
afterAll(() => host.close());

const run = async (args: Record<string, unknown>): Promise<ModuleResult> =>
  runVerb(verb, args, await host.session.shell());

it('adds a key once, from text or a file, and removes it', async () => {
  expect(id).toMatch(/^[0-9A-F]{40}$/);
  const added = await run({ data: key, id });
  expect(added, JSON.stringify(added)).toMatchObject({ changed: true, id });
  expect(await run({ data: key, id })).toMatchObject({ changed: false });
  expect(await run({ file: join(host.folder, 'key.asc') })).toMatchObject({ changed: false });
  const removed = await run({ id, state: 'absent' });
  expect(removed, JSON.stringify(removed)).toMatchObject({ changed: true });
  expect(await run({ id, state: 'absent' })).toMatchObject({ changed: false });
});

it('writes a keyring that apt can read', async () => {
  const keyring = join(host.folder, 'toa.gpg');
  expect(await run({ data: key, keyring })).toMatchObject({ changed: true });
  // binary, as a keyring that is named .gpg must be
  expect(readFileSync(keyring)[0] & 0x80).toBe(0x80);
  expect(await run({ data: key, keyring })).toMatchObject({ changed: false });
});

it('refuses a key of another id, and text that is none', async () => {
  expect(await run({ data: key, id: 'DEADBEEFDEADBEEF' })).toMatchObject({ failed: true });
  expect(await run({ data: 'no key' })).toMatchObject({ failed: true });
});

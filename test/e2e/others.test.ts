import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { onHost, recap, ROOT, toaPlay } from './fleet.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const HOSTS = ['rpm-zypper', 'debian-openrc'];
const CLEAN =
  'rpm -e toa-hello toa-hello-data; rpm -e --allmatches gpg-pubkey; crontab -r; crontab -r -u toacron; userdel -r toacron';

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const host of HOSTS) await onHost(host, `{ ${CLEAN}; } 2>/dev/null`);
});

let folder: string;
let key: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toa-play-key-'));
  key = publicKey();
});

function publicKey(): string {
  mkdirSync(join(folder, 'gpg'), { mode: 0o700 });
  const gpg = (...args: string[]): string =>
    runProgram('gpg', ['--homedir', join(folder, 'gpg'), '--batch', '--quiet', '--passphrase', '', ...args]);
  gpg('--quick-generate-key', 'toa-play test <test@localhost>', 'rsa2048', 'sign', 'never');
  writeFileSync(join(folder, 'key.asc'), gpg('--armor', '--export'));
  runProgram('gpgconf', ['--homedir', join(folder, 'gpg'), '--kill', 'gpg-agent']);
  return join(folder, 'key.asc');
}

it.concurrent.each([
  ['zypper', 'rpm-zypper'],
  ['openrc', 'debian-openrc'],
])('%s: changed once, then nothing', async (name, host) => {
  const inventory = join(inject('fleet').dir, 'others.ini');
  const playbook = join(ROOT, `test/e2e/verbs/${name}.yml`);
  const run = (): ReturnType<typeof toaPlay> => toaPlay(playbook, '-i', inventory, '-e', `key=${key}`);
  const first = await run();
  expect(first.code, first.stdout).toBe(0);
  expect(recap(first.stdout)[host]?.['changed']).toBeGreaterThan(2);
  const second = await run();
  expect(second.code, second.stdout).toBe(0);
  expect(recap(second.stdout)[host]).toMatchObject({ changed: 0, failed: 0 });
});

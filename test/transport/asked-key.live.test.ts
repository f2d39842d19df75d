import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/transport/host-keys.ts';
import { runInPty } from '../support/pty.ts';
import { useScratch } from '../support/scratch.ts';
import { TestSshd } from '../support/sshd.ts';

const at = useScratch();
const sshd = new TestSshd('127.0.0.53', 2653);
beforeAll(() => sshd.start());
afterAll(() => sshd.stop());

const QUESTION = /yes\/no\/\[fingerprint\]/;
const shown = fingerprint(Buffer.from(sshd.publicKey(sshd.hostKey).split(' ')[1], 'base64'));

/** A run against a host that no known_hosts has. */
async function run(answers: readonly (readonly [RegExp, string])[], ...more: string[]) {
  const words = `ansible_host=${sshd.address} ansible_port=${sshd.port} ansible_user=root`;
  const args = `ansible_ssh_common_args='-F none -o UserKnownHostsFile=${at('known')} -o GlobalKnownHostsFile=none'`;
  writeFileSync(at('hosts'), `web1 ${words} ansible_ssh_private_key_file=${sshd.clientKey} ${args}\n`);
  writeFileSync(at('site.yml'), '- hosts: all\n  gather_facts: false\n  tasks: [{ping: }]\n');
  const program = [process.execPath, resolve('bin/toa-play.js'), 'site.yml', '-i', 'hosts', ...more];
  return runInPty(program, { columns: 160, rows: 24, cwd: at('.'), answers });
}

describe('an unknown host key, on a terminal', () => {
  it('is shown and asked about; after a yes it is noted, and not asked about again', async () => {
    const first = await run([[QUESTION, 'yes\r']]);
    expect(first.lines.join('\n')).toContain(`shows a key that is not known: ssh-ed25519 ${shown}`);
    expect(first.status).toBe(0);
    expect(readFileSync(at('known'), 'utf8')).toBe(sshd.knownLine().split(' ').slice(0, 3).join(' ').trim() + '\n');
    const second = await run([]);
    expect(second.status).toBe(0);
    expect(second.raw).not.toMatch(QUESTION);
  });

  it('is taken by its fingerprint, too, after a word that is none', async () => {
    const { status, raw } = await run([
      [QUESTION, 'perhaps\r'],
      [/Please say[^]*yes\/no\/\[fingerprint\]/, `${shown}\r`],
    ]);
    expect([status, raw.includes('1 ok')]).toEqual([0, true]);
  });

  it('is refused after a no, and nothing is noted', async () => {
    const { status, lines } = await run([[QUESTION, 'no\r']]);
    expect(status).toBe(4);
    expect(lines.join('\n')).toContain('E_HOST_KEY_UNKNOWN');
    expect(() => readFileSync(at('known'))).toThrow('ENOENT');
  });

  it('is not asked about where StrictHostKeyChecking says yes', async () => {
    const strict = await run([], '--ssh-extra-args', '-o StrictHostKeyChecking=yes');
    expect([strict.status, QUESTION.test(strict.raw)]).toEqual([4, false]);
  });
});

it('-vvv tells of the connection: user, address, port, ways to log in, host key', async () => {
  writeFileSync(at('known'), sshd.knownLine());
  const { raw } = await run([], '-vvv');
  expect(raw.replaceAll(/\s+/g, ' ')).toContain(
    `<web1> logged in as root at ${sshd.address} port ${sshd.port}, tried publickey; key files ${sshd.clientKey}; host key ssh-ed25519 ${shown}, known at ${at('known')}:1`,
  );
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Become, Session } from '../../src/host/contract.ts';
import type { Target } from '../../src/transport/target.ts';
import { openSession } from '../../src/host/session/session.ts';
import { TestSshd } from '../support/sshd.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

// Users exist only in the mount namespace of the test's sshd: /etc/passwd, shadow and sudoers of this machine stay.
const PASSWORD = "it's secret";
const USERS = ['plain', 'withpw', 'nopw', 'tty'];
const scripts = [resolve('test/host/become.sh')];
const sshd = new TestSshd('127.0.0.34', 21_000 + (process.pid % 900));
const sessions: Session[] = [];

function userFiles(): Record<string, string> {
  const hash = runProgram('openssl', ['passwd', '-6', '-stdin'], { input: PASSWORD }).trim();
  const passwd = USERS.map((name, i) => `${name}:x:${64_001 + i}:65534::/tmp:/bin/sh\n`);
  const shadow = ['root', ...USERS].map((name) => `${name}:${hash}:19000:0:99999:7:::\n`);
  return {
    '/etc/passwd': readFileSync('/etc/passwd', 'utf8') + passwd.join(''),
    '/etc/shadow': readFileSync('/etc/shadow', 'utf8').replace(/^root:.*\n/m, '') + shadow.join(''),
    '/etc/sudoers':
      'Defaults lecture=never, !use_pty, timestamp_timeout=0\nDefaults:tty requiretty\nroot ALL=(ALL) ALL\n' +
      'withpw ALL=(ALL) ALL\nnopw ALL=(ALL) NOPASSWD: ALL\ntty ALL=(ALL) NOPASSWD: ALL\n',
  };
}

function target(user: string, more: Partial<Target> = {}): Target {
  return sshd.target({ user, ...more });
}

async function whoAmI(user: string, become: Partial<Become>): Promise<string> {
  const session = openSession(target(user));
  sessions.push(session);
  const shell = await session.shell({ user: 'root', method: 'sudo', ...become });
  const result = await shell.call({ scripts, fn: 't_who', stdin: 'some\0 input' });
  expect(result.stderr).toBe('on stderr\n');
  return result.stdout;
}

beforeAll(async () => {
  sshd.files = userFiles();
  runProgram('chmod', ['755', sshd.folder]);
  await sshd.start(['UsePAM yes', 'PasswordAuthentication yes', 'KbdInteractiveAuthentication no']);
});
afterEach(async () => void (await Promise.all(sessions.splice(0).map((session) => session.close()))));
afterAll(() => sshd.stop());

describe('sudo', () => {
  it('without a password where none is needed', async () => {
    expect(await whoAmI('nopw', {})).toBe('0 11\n');
  });

  it('does not leak a password that was not asked for into the shell', async () => {
    expect(await whoAmI('nopw', { password: PASSWORD })).toBe('0 11\n');
  });

  it('with a password, also to another user than root', async () => {
    expect(await whoAmI('withpw', { password: PASSWORD })).toBe('0 11\n');
    expect(await whoAmI('withpw', { password: PASSWORD, user: 'plain' })).toBe('64001 11\n');
  });

  it('tells what is wrong', async () => {
    const fails = (user: string, become: Partial<Become>, code: string) =>
      expect(whoAmI(user, become)).rejects.toMatchObject({ code });
    await fails('withpw', { password: 'wrong' }, 'E_BECOME_WRONG_PASSWORD');
    await fails('withpw', {}, 'E_BECOME_PASSWORD_NEEDED');
    await fails('nopw', { user: 'nobody-there' }, 'E_BECOME_USER_UNKNOWN');
    await fails('plain', { password: PASSWORD }, 'E_BECOME_NOT_ALLOWED');
    await fails('nopw', { method: 'doas' }, 'E_BECOME_MISSING');
    await fails('nopw', { method: 'runas' }, 'E_BECOME_METHOD');
  });

  it('takes a terminal where sudoers requires one, bytes and streams intact', async () => {
    expect(await whoAmI('tty', {})).toBe('0 11\n');
  });

  it('uploads and ends calls as that user', async () => {
    for (const user of ['nopw', 'withpw', 'tty']) {
      const session = openSession(target(user));
      sessions.push(session);
      const shell = await session.shell({ user: 'root', method: 'sudo', password: PASSWORD });
      const data = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 256));
      const path = await shell.upload({ data });
      expect(data.equals(await shell.download(path))).toBe(true);
      const { stdout } = await shell.call({ scripts, fn: 't_owner', args: [path] });
      expect(stdout).toBe('root\n');
      const slow = await shell.call({ scripts, fn: 't_sleep', args: ['20'], timeoutMs: 300 });
      expect(slow.timedOut).toBe(true);
    }
  });

  it('keeps the password out of process lists', async () => {
    const session = openSession(target('withpw'));
    sessions.push(session);
    const shell = await session.shell({ user: 'root', method: 'sudo', password: PASSWORD });
    const { stdout } = await shell.call({ scripts, fn: 't_processes' });
    expect(stdout).toContain('sudo');
    expect(stdout).not.toContain(PASSWORD);
  });
});

describe('su', () => {
  it('from root without a password, to root with one on a terminal', async () => {
    expect(await whoAmI('root', { method: 'su', user: 'plain' })).toBe('64001 11\n');
    expect(await whoAmI('plain', { method: 'su', password: PASSWORD })).toBe('0 11\n');
  });

  it('refuses a wrong password', async () => {
    await expect(whoAmI('plain', { method: 'su', password: 'wrong' })).rejects.toMatchObject({
      code: 'E_BECOME_WRONG_PASSWORD',
    });
  });
});

describe('logging in by password', () => {
  it.each(['ssh2', 'openssh'] as const)('over %s', async (transport) => {
    const open = async (password: string) => {
      const session = openSession(target('plain', { transport, password, privateKeyFile: undefined }));
      sessions.push(session);
      return (await (await session.shell()).call({ scripts, fn: 't_who', stdin: 'x' })).stdout;
    };
    expect(await open(PASSWORD)).toBe('64001 1\n');
    await expect(open('wrong')).rejects.toMatchObject({ code: 'E_AUTH' });
  });
});

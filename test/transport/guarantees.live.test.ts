// What both transports guarantee, against a real sshd on loopback: one row a guarantee, one column a transport.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/transport/contract.ts';
import { connectSsh } from '../../src/transport/ssh.ts';
import type { Target } from '../../src/transport/target.ts';
import { kill } from '../support/kill.ts';
import { keygen, TestSshd } from '../support/sshd.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const PASSWORD = 'correct horse';
const port = 30_000 + (process.pid % 1000) * 2;
const sshd = new TestSshd('127.0.0.51', port);
const jump = new TestSshd('127.0.0.52', port + 1);
const open: Connection[] = [];
const shadow = `root:${runProgram('openssl', ['passwd', '-6', PASSWORD]).trim()}:19000:0:99999:7:::\n`;

beforeAll(async () => {
  for (const server of [sshd, jump]) {
    server.files = { '/etc/shadow': shadow };
    await server.start(['PasswordAuthentication yes', 'LogLevel VERBOSE']);
  }
});
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))));
afterAll(async () => void (await Promise.all([sshd.stop(), jump.stop()])));

let files = 0;
function known(...lines: string[]): string {
  const file = join(sshd.folder, `known${files++}`);
  writeFileSync(file, lines.join(''));
  return file;
}
const args = (file: string, ...more: string[]) => ['-F', 'none', '-o', `UserKnownHostsFile=${file}`, ...more];
function otherLine(): string {
  const key = join(sshd.folder, `other${files++}`);
  keygen(key, 'ed25519');
  return sshd.knownLine(key);
}
async function reach(more: Partial<Target>): Promise<Connection> {
  const connection = await connectSsh(sshd.target(more));
  open.push(connection);
  return connection;
}
const byPassword = { privateKeyFile: undefined, password: PASSWORD };

describe.each(['ssh2', 'openssh'] as const)('%s', (transport) => {
  it('lets the right password in, to a known key', async () => {
    const { exited, stdout } = await (await reach({ transport, ...byPassword })).exec('echo hi');
    stdout.resume();
    expect((await exited).code).toBe(0);
  });

  it('sends no password to a changed key when checking is off', async () => {
    const before = sshd.said.split('password').length;
    const sshArgs = args(known(otherLine()));
    const refused = reach({ transport, ...byPassword, sshArgs, hostKeyChecking: false });
    await expect(refused).rejects.toMatchObject({ code: 'E_HOST_KEY_CHANGED' });
    expect(sshd.said.split('password').length).toBe(before);
  });

  it('still lets a key in there', async () => {
    await reach({ transport, sshArgs: args(known(otherLine())), hostKeyChecking: false });
  });

  it('refuses changed, revoked and unknown keys', async () => {
    const shown = `@revoked * ${sshd.knownLine().split(' ').slice(1).join(' ')}`;
    const codes: [string, string[]][] = [
      ['E_HOST_KEY_CHANGED', [otherLine()]],
      ['E_HOST_KEY_REVOKED', [shown]],
      ['E_HOST_KEY_UNKNOWN', []],
    ];
    for (const [code, lines] of codes) {
      await expect(reach({ transport, sshArgs: args(known(...lines)) }), code).rejects.toMatchObject({ code });
    }
  });

  it('does not tell a jump host the password of the target', async () => {
    const file = known(sshd.knownLine(), jump.knownLine());
    const config = join(sshd.folder, `config${files++}`);
    writeFileSync(config, `Host *\n  UserKnownHostsFile ${file}\n`);
    const sshArgs = ['-F', config, '-J', `root@${jump.address}:${jump.port}`];
    await expect(reach({ transport, ...byPassword, sshArgs })).rejects.toThrow();
    // It takes the same password: told it, it would have let us in. (OpenSSH sends an empty one where its helper is silent.)
    expect(jump.said).not.toMatch(/Accepted password/);
  });

  it('notices a dead host, as often as the user says', async () => {
    const sshArgs = args(sshd.knownHosts, '-o', 'ServerAliveInterval=1', '-o', 'ServerAliveCountMax=2');
    const before = new Set(sshd.sessions());
    const connection = await reach({ transport, sshArgs });
    const channel = await connection.exec('echo up; exec sleep 60');
    channel.stderr.resume();
    // it runs: the system's ssh is started long before its channel is open
    await new Promise((up) => channel.stdout.once('data', up));
    const pids = sshd.sessions().filter((pid) => !before.has(pid));
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) kill(pid, 'SIGSTOP');
    try {
      expect((await channel.exited).lost).toBe(true);
      expect(connection.failure?.code).toBe('E_CONNECTION_LOST');
    } finally {
      for (const pid of pids) kill(pid, 'SIGCONT');
    }
  }, 30_000);
});

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../src/host/contract.ts';
import type { Target } from '../../src/transport/target.ts';
import { openSession } from '../../src/host/session/session.ts';
import { keygen, TestSshd } from '../support/sshd.ts';
import { childProgram, runProgram } from '../../scripts/lib/programs.mjs';

const scripts = [resolve('test/host/session.sh')];
let port = 22_000 + (process.pid % 1000) * 8;
const sshd = new TestSshd('127.0.0.31', port++);
const others: TestSshd[] = [];
const sessions: Session[] = [];

async function another(options: string[] = [], keys?: (server: TestSshd) => string[]): Promise<TestSshd> {
  const server = new TestSshd('127.0.0.32', port++);
  others.push(server);
  await server.start(options, keys?.(server));
  return server;
}

function open(target: Target): Session {
  const session = openSession(target);
  sessions.push(session);
  return session;
}

async function echo(target: Target, text = 'hello'): Promise<string> {
  const shell = await open(target).shell();
  return (await shell.call({ scripts, fn: 't_echo', args: [text] })).stdout;
}

beforeAll(() => sshd.start());
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await Promise.all(others.splice(0).map((server) => server.stop()));
});
afterAll(() => sshd.stop());

describe('host keys', () => {
  it('lets a known host in', async () => {
    expect(await echo(sshd.target())).toBe('hello');
  });

  it('finds hashed entries that ssh-keygen made', async () => {
    const hashed = join(sshd.folder, 'hashed');
    writeFileSync(hashed, sshd.knownLine());
    runProgram('ssh-keygen', ['-q', '-H', '-f', hashed]);
    expect(readFileSync(hashed, 'utf8')).toMatch(/^\|1\|/);
    expect(await echo(sshd.target({ sshArgs: ['-F', 'none', '-o', `UserKnownHostsFile=${hashed}`] }))).toBe('hello');
  });

  it('refuses an unknown host, and notes it with accept-new', async () => {
    const empty = join(sshd.folder, 'empty');
    const sshArgs = ['-F', 'none', '-o', `UserKnownHostsFile=${empty}`];
    await expect(echo(sshd.target({ sshArgs }))).rejects.toMatchObject({ code: 'E_HOST_KEY_UNKNOWN' });
    expect(await echo(sshd.target({ sshArgs, hostKeyChecking: 'accept-new' }))).toBe('hello');
    expect(await echo(sshd.target({ sshArgs }))).toBe('hello');
    runProgram('ssh-keygen', ['-F', `[${sshd.address}]:${sshd.port}`, '-f', empty]);
  });

  it('refuses a changed key and names its line, with accept-new too', async () => {
    const wrong = join(sshd.folder, 'wrong');
    keygen(join(sshd.folder, 'other_host'), 'ed25519');
    writeFileSync(wrong, `# a comment\n${sshd.knownLine(join(sshd.folder, 'other_host'))}`);
    const sshArgs = ['-F', 'none', '-o', `UserKnownHostsFile=${wrong}`];
    for (const hostKeyChecking of [true, 'accept-new'] as const) {
      const failed = echo(sshd.target({ sshArgs, hostKeyChecking }));
      await expect(failed).rejects.toMatchObject({ code: 'E_HOST_KEY_CHANGED', details: { span: { line: 2 } } });
      await expect(failed).rejects.toThrow(`${wrong}:2`);
    }
    expect(await echo(sshd.target({ sshArgs, hostKeyChecking: false }))).toBe('hello');
  });

  it('refuses a revoked key', async () => {
    const revoked = join(sshd.folder, 'revoked');
    writeFileSync(revoked, `${sshd.knownLine()}@revoked * ${sshd.publicKey(sshd.hostKey)}`);
    const sshArgs = ['-F', 'none', '-o', `UserKnownHostsFile=${revoked}`];
    await expect(echo(sshd.target({ sshArgs }))).rejects.toMatchObject({ code: 'E_HOST_KEY_REVOKED' });
  });

  it('asks for the key type that is known', async () => {
    const server = await another([], (one) => {
      keygen(join(one.folder, 'host_rsa'), 'rsa');
      return [one.hostKey, join(one.folder, 'host_rsa')];
    });
    writeFileSync(server.knownHosts, server.knownLine(join(server.folder, 'host_rsa')));
    expect(await echo(server.target())).toBe('hello');
  });

  it('serves a certificate authority by the system ssh', async () => {
    const ca = join(sshd.folder, 'ca');
    keygen(ca, 'ed25519');
    const server = await another([], (one) => {
      runProgram('ssh-keygen', ['-q', '-s', ca, '-I', 'host', '-h', '-n', one.address, `${one.hostKey}.pub`]);
      return [`${one.hostKey}\nHostCertificate ${one.hostKey}-cert.pub`];
    });
    writeFileSync(server.knownHosts, `@cert-authority [127.0.0.*]:* ${sshd.publicKey(ca)}`);
    expect(await echo(server.target())).toBe('hello');
  });
});

describe('logging in', () => {
  it('refuses a wrong key and says what was tried', async () => {
    const key = join(sshd.folder, 'stranger');
    keygen(key, 'ed25519');
    await expect(echo(sshd.target({ privateKeyFile: key }))).rejects.toMatchObject({ code: 'E_AUTH' });
  });

  it('names a key file that is missing, and one that is encrypted', async () => {
    const key = join(sshd.folder, 'encrypted');
    keygen(key, 'ed25519', 'secret words');
    appendFileSync(join(sshd.folder, 'authorized_keys'), sshd.publicKey(key));
    await expect(echo(sshd.target({ privateKeyFile: '/no/key' }))).rejects.toMatchObject({ code: 'E_KEY_FILE' });
    await expect(echo(sshd.target({ privateKeyFile: key }))).rejects.toMatchObject({ code: 'E_KEY_PASSPHRASE' });
    expect(await echo(sshd.target({ privateKeyFile: key, passphrase: 'secret words' }))).toBe('hello');
  });

  it.each(['ed25519', 'ecdsa', 'rsa'])(
    'signs with an %s key without asking first whether it is wanted',
    async (type) => {
      const server = await another(['LogLevel VERBOSE']);
      const key = join(server.folder, type);
      keygen(key, type);
      appendFileSync(join(server.folder, 'authorized_keys'), server.publicKey(key));
      expect(await echo(server.target({ privateKeyFile: key }))).toBe('hello');
      await expect.poll(() => server.said).toMatch(/Accepted publickey for root/);
      expect(server.said).not.toMatch(/Postponed publickey/);
    },
  );

  it('says that a key file holds only a public key', async () => {
    const target = sshd.target({ privateKeyFile: `${sshd.clientKey}.pub` });
    await expect(echo(target)).rejects.toMatchObject({ code: 'E_KEY_FILE' });
  });

  it('uses an agent', async () => {
    const socket = join(sshd.folder, 'agent');
    const agent = childProgram('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      for (let i = 0; i < 50; i++) {
        try {
          runProgram('ssh-add', ['-q', sshd.clientKey], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
          break;
        } catch {
          await new Promise((done) => setTimeout(done, 50));
        }
      }
      const sshArgs = [...sshd.target().sshArgs, '-o', `IdentityAgent=${socket}`];
      expect(await echo(sshd.target({ privateKeyFile: undefined, sshArgs }))).toBe('hello');
      const only = [...sshArgs, '-o', 'IdentitiesOnly=yes'];
      expect(await echo(sshd.target({ sshArgs: only }))).toBe('hello');
    } finally {
      agent.kill();
    }
  });
});

describe('ways to a host', () => {
  it('jumps through two hosts, each checked', async () => {
    const first = await another();
    const second = await another();
    writeFileSync(first.knownHosts, first.knownLine() + second.knownLine() + sshd.knownLine());
    for (const server of [first, second])
      appendFileSync(join(server.folder, 'authorized_keys'), sshd.publicKey(sshd.clientKey));
    const jump = `root@${first.address}:${first.port},root@${second.address}:${second.port}`;
    const config = join(first.folder, 'config');
    writeFileSync(config, `Host *\n  UserKnownHostsFile ${first.knownHosts}\n`);
    const sshArgs = ['-F', config, '-J', jump];
    expect(await echo(sshd.target({ sshArgs }))).toBe('hello');
    // What is said of the host's key does not hold for the hops.
    const alone = ['-F', 'none', '-J', jump, '-o', `UserKnownHostsFile=${first.knownHosts}`];
    for (const hostKeyChecking of [true, false]) {
      const refused = echo(sshd.target({ sshArgs: alone, hostKeyChecking }));
      await expect(refused).rejects.toMatchObject({ code: 'E_HOST_KEY_UNKNOWN' });
    }
    writeFileSync(first.knownHosts, first.knownLine() + sshd.knownLine());
    await expect(echo(sshd.target({ sshArgs }))).rejects.toMatchObject({ code: 'E_HOST_KEY_UNKNOWN' });
  });

  it('reads ssh_config: Host, HostName, Port, User, IdentityFile, Include, ProxyCommand', async () => {
    const config = join(sshd.folder, 'config');
    const more = join(sshd.folder, 'more.conf');
    writeFileSync(
      more,
      `Host web*\n  User root\n  IdentityFile ${sshd.clientKey}\n  UserKnownHostsFile ${sshd.knownHosts}\n`,
    );
    writeFileSync(
      config,
      `Include ${more}\nHost web7\n  HostName ${sshd.address}\n  Port ${sshd.port}\nHost webp\n` +
        `  HostName ${sshd.address}\n  Port ${sshd.port}\n  ProxyCommand busybox nc %h %p\n`,
    );
    const plain = { port: undefined, user: undefined, privateKeyFile: undefined, sshArgs: ['-F', config] };
    expect(await echo(sshd.target({ ...plain, host: 'web7' }))).toBe('hello');
    expect(await echo(sshd.target({ ...plain, host: 'webp' }))).toBe('hello');
  });
});

describe('bad servers', () => {
  it('survives a banner and a noisy profile', async () => {
    const banner = join(sshd.folder, 'banner');
    writeFileSync(banner, 'Authorised use only\n'.repeat(50));
    const noisy = `echo noise; echo more >&2; printf 'toa-noise'; eval "$SSH_ORIGINAL_COMMAND"`;
    const server = await another([`Banner ${banner}`, `ForceCommand ${noisy}`]);
    const shell = await open(server.target()).shell();
    expect(await shell.call({ scripts, fn: 't_both' })).toMatchObject({ stdout: 'out', stderr: 'err', rc: 7 });
  });

  it('says that the outcome is unknown when the session is killed in the middle', async () => {
    const server = await another();
    const shell = await open(server.target()).shell();
    const running = shell.call({ scripts, fn: 't_sleep', args: ['20'], onOutput: () => kill(server) });
    await expect(running).rejects.toMatchObject({ code: 'E_CONNECTION_LOST' });
    expect((await shell.call({ scripts, fn: 't_echo', args: ['again'] })).stdout).toBe('again');
  });

  it('ends a call at its time limit', async () => {
    const shell = await open(sshd.target()).shell();
    const result = await shell.call({ scripts, fn: 't_sleep', args: ['30'], timeoutMs: 400 });
    expect(result).toMatchObject({ timedOut: true, stdout: 'started\n' });
    expect((await shell.call({ scripts, fn: 't_echo', args: ['x'] })).stdout).toBe('x');
  });

  it('connects to the algorithms of OpenSSH 5.3 without blocking', async () => {
    const server = await another(
      [
        'KexAlgorithms diffie-hellman-group-exchange-sha256,diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1',
        'HostKeyAlgorithms ssh-rsa',
        'PubkeyAcceptedAlgorithms +ssh-rsa',
        'Ciphers aes128-ctr,aes192-ctr,aes256-ctr,aes128-cbc',
        'MACs hmac-sha1',
      ],
      (one) => {
        keygen(join(one.folder, 'host_rsa'), 'rsa');
        return [join(one.folder, 'host_rsa')];
      },
    );
    writeFileSync(server.knownHosts, server.knownLine(join(server.folder, 'host_rsa')));
    const delays = monitorEventLoopDelay({ resolution: 10 });
    delays.enable();
    expect(await echo(server.target())).toBe('hello');
    delays.disable();
    expect(delays.max / 1e6).toBeLessThan(500);
  });

  it('tries again when MaxStartups drops it', async () => {
    const server = await another(['MaxStartups 2:100:2']);
    const all = await Promise.all(Array.from({ length: 8 }, (_, i) => echo(server.target(), `${i}`)));
    expect(all).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('names a refused port, a name that is not there, and a server that never answers', async () => {
    await expect(echo(sshd.target({ port: 1 }))).rejects.toMatchObject({ code: 'E_UNREACHABLE' });
    await expect(echo(sshd.target({ host: 'no-such-host.invalid' }))).rejects.toMatchObject({ code: 'E_UNREACHABLE' });
    const silent = createServer(() => undefined).listen(port, '127.0.0.33');
    const slow = echo(sshd.target({ host: '127.0.0.33', port, connectTimeoutSeconds: 1 }));
    await expect(slow).rejects.toThrow(/no answer in 1 seconds/);
    silent.close();
  });

  it('says that the disk is full, and leaves no half file', async () => {
    const shell = await open(sshd.target()).shell();
    const failed = shell.upload({ data: Buffer.alloc(20_000_000) }, '/root');
    await expect(failed).rejects.toMatchObject({ code: 'E_UPLOAD' });
    await expect(failed).rejects.toThrow(/No space left on device/);
    const path = await shell.upload({ data: Buffer.alloc(6_000_000, 1) }, '/root');
    expect((await shell.download(path)).length).toBe(6_000_000);
  });

  it('needs few channels: works with MaxSessions 2', async () => {
    const server = await another(['MaxSessions 2']);
    const shell = await open(server.target()).shell();
    const paths = await Promise.all(Array.from({ length: 40 }, (_, n) => shell.upload({ data: Buffer.from(`${n}`) })));
    expect(new Set(paths).size).toBe(40);
  });
});

describe('many', () => {
  it('opens 50 sessions at once', async () => {
    const start = performance.now();
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) => echo(sshd.target(), `${i}`)));
    expect(all).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    console.log(`50 sessions: ${(performance.now() - start).toFixed(0)} ms`);
  });

  it('measures a call', async () => {
    const shell = await open(sshd.target()).shell();
    await shell.call({ scripts, fn: 't_pwd' });
    const start = performance.now();
    for (let i = 0; i < 200; i++) await shell.call({ scripts, fn: 't_echo', args: ['x'] });
    console.log(`${((performance.now() - start) / 200).toFixed(2)} ms per call`);
  });
});

function kill(server: TestSshd): void {
  for (const pid of server.sessions()) process.kill(pid, 'SIGKILL');
}

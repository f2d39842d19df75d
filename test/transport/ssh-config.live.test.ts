// What a user's ssh_config says holds with both transports, against a real sshd: what ssh2 cannot do goes to the system's ssh.
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/transport/contract.ts';
import { connectSsh } from '../../src/transport/ssh.ts';
import type { Target } from '../../src/transport/target.ts';
import { keygen, TestSshd } from '../support/sshd.ts';

const port = 32_000 + (process.pid % 1000);
const sshd = new TestSshd('127.0.0.53', port);
const hostRsa = join(sshd.folder, 'host_rsa');
const rsa = join(sshd.folder, 'rsa');
const open: Connection[] = [];

beforeAll(async () => {
  keygen(hostRsa, 'rsa');
  keygen(rsa, 'rsa');
  appendFileSync(join(sshd.folder, 'authorized_keys'), sshd.publicKey(rsa));
  appendFileSync(sshd.knownHosts, sshd.knownLine(hostRsa));
  const only = ['PubkeyAcceptedAlgorithms rsa-sha2-512', 'HostKeyAlgorithms rsa-sha2-512', 'LogLevel VERBOSE'];
  await sshd.start(only, [hostRsa]);
});
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))));
afterAll(() => sshd.stop());

let files = 0;
function config(text: string): string[] {
  const file = join(sshd.folder, `config${files++}`);
  writeFileSync(file, text.replaceAll('FOLDER', sshd.folder));
  return ['-F', file];
}
/** A host that only the configuration knows the way to. */
const named = (more: Partial<Target>): Target => ({
  ...sshd.target({ privateKeyFile: undefined, ...more }),
  host: 'web1',
  port: undefined,
  user: undefined,
});
async function says(target: Target): Promise<string> {
  const connection = await connectSsh(target);
  open.push(connection);
  const { stdout, stderr, exited } = await connection.exec('echo "in as $(id -u)"');
  stderr.resume();
  let text = '';
  stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await exited;
  return text;
}
const WAY = `  HostName ${sshd.address}\n  Port ${port}\n  User root\n  IdentityFile FOLDER/rsa\n  UserKnownHostsFile FOLDER/known_hosts\n`;

describe.each(['ssh2', 'openssh'] as const)('%s', (transport) => {
  it('logs in with an RSA key where only rsa-sha2-512 is taken, from either side', async () => {
    expect(await says(sshd.target({ transport, privateKeyFile: rsa }))).toBe('in as 0\n');
    expect(sshd.said).toMatch(/Accepted publickey for root .* RSA/);
  });

  it('a Match exec block applies where its command succeeds, and only there', async () => {
    const flag = join(sshd.folder, `flag-${transport}`);
    const sshArgs = config(`Match host web1 exec "test -e ${flag}"\n${WAY}\nHost *\n  ConnectTimeout 5\n`);
    await expect(says(named({ transport, sshArgs }))).rejects.toMatchObject({ name: 'ToaError' });
    writeFileSync(flag, '');
    expect(await says(named({ transport, sshArgs }))).toBe('in as 0\n');
    rmSync(flag);
  });

  it.each(['Match host web1', 'Match originalhost web1', 'Match all', 'Match host web* user root'])(
    '%s applies',
    async (line) => {
      const sshArgs = config(`Host web1\n  User root\n${line}\n${WAY}`);
      expect(await says(named({ transport, sshArgs }))).toBe('in as 0\n');
    },
  );

  it.each([
    ['PubkeyAcceptedAlgorithms ssh-ed25519', false],
    ['PubkeyAcceptedAlgorithms rsa-sha2-256', false],
    ['PubkeyAcceptedAlgorithms rsa-sha2-512', true],
    ['HostKeyAlgorithms ssh-ed25519', false],
    ['KexAlgorithms curve25519-sha256', true],
    ['Ciphers aes256-ctr', true],
    [`RevokedHostKeys ${hostRsa}.pub`, false],
  ])('%s holds', async (line, isIn) => {
    const tried = says(named({ transport, sshArgs: config(`Host web1\n${WAY}  ${line}\n`) }));
    if (isIn) expect(await tried).toBe('in as 0\n');
    else await expect(tried).rejects.toMatchObject({ name: 'ToaError' });
  });

  it("a ProxyCommand that fails is told with its own words, and what it was told to run is no shell's of ours", async () => {
    const mark = join(sshd.folder, `ran-${transport}`);
    const sshArgs = config(`Host web1\n${WAY}  ProxyCommand sh -c 'echo the gate is shut >&2; exit 7'\n`);
    await expect(says(named({ transport, sshArgs }))).rejects.toThrow(/the gate is shut/);
    const hostile = { ...named({ transport, sshArgs }), host: `web1;touch ${mark}` };
    await expect(says(hostile)).rejects.toMatchObject({ code: 'E_SSH_NAME' });
    expect(existsSync(mark)).toBe(false);
  });
});

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connectSsh } from '../../src/transport/ssh.ts';
import { sshSettings } from '../../src/transport/ssh-settings.ts';
import type { Target } from '../../src/transport/target.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-names-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const config = join(folder, 'config');
const marker = join(folder, 'ran');
writeFileSync(config, 'Host *\n  ProxyCommand echo no way for %n as %r >&2\n');

const target = (more: Partial<Target>): Target => ({
  name: 'web1',
  transport: 'ssh2',
  host: 'web1',
  hostKeyChecking: true,
  connectTimeoutSeconds: 5,
  sshArgs: ['-F', config],
  ...more,
});

const HOSTS = [
  `a;touch ${marker}`,
  `$(touch ${marker})`,
  '`id`',
  '-oProxyCommand=id',
  'a b',
  'a\nb',
  'a|b',
  "a'b",
  'a\\b',
];
const USERS = [`a;touch ${marker}`, '-l', 'a$HOME', 'a -x', 'a\\', 'a`id`', 'a\nb', '$(id)'];

describe('names that a shell reads', () => {
  it.each(['ssh2', 'openssh'] as const)('are refused before anything runs (%s)', async (transport) => {
    for (const host of HOSTS) {
      await expect(connectSsh(target({ transport, host })), host).rejects.toMatchObject({ code: 'E_SSH_NAME' });
    }
    for (const user of USERS) {
      await expect(connectSsh(target({ transport, user })), user).rejects.toMatchObject({ code: 'E_SSH_NAME' });
    }
    expect(existsSync(marker)).toBe(false);
  });

  it('are refused as jump hosts, too', async () => {
    const jump = target({ sshArgs: ['-F', 'none', '-J', `a;touch ${marker}`] });
    await expect(connectSsh(jump)).rejects.toMatchObject({ code: 'E_SSH_NAME' });
  });

  it.each([
    ['fe80::1%eth0', 'CORP\\user'],
    ['web_1.example.com', 'host$'],
    ['192.0.2.1', 'first last'],
  ])('%s and %s are names', async (host, user) => {
    expect((await sshSettings(target({ host, user }))).user).toBe(user);
  });

  it("shows a failing ProxyCommand's own words", async () => {
    const words = /the ProxyCommand said: no way for web1 as u/;
    await expect(connectSsh(target({ user: 'u' }))).rejects.toMatchObject({
      code: 'E_UNREACHABLE',
      message: expect.stringMatching(words),
    });
  }, 60_000);
});

describe('what ssh2 cannot honour', () => {
  const only = async (text: string) => {
    const file = join(folder, 'other');
    const fresh = `${file}${Math.abs(text.length)}${text.replace(/\W/g, '')}`;
    writeFileSync(fresh, text);
    return (await sshSettings(target({ sshArgs: ['-F', fresh] }))).onlyOpenssh;
  };

  it.each([
    'RevokedHostKeys /etc/revoked',
    'PubkeyAcceptedAlgorithms ssh-ed25519',
    'KexAlgorithms curve25519-sha256',
    'Ciphers aes256-ctr',
    'MACs hmac-sha2-256',
    'HostKeyAlgorithms ssh-ed25519',
    'CASignatureAlgorithms ssh-ed25519',
    'CertificateFile ~/.ssh/c',
    'VerifyHostKeyDNS yes',
    'KnownHostsCommand /bin/true',
    'PasswordAuthentication no',
    'ForwardAgent yes',
    'CanonicalizeHostname yes',
    'RequiredRSASize 3072',
    'Match host web1\n  Port 7',
    'Match exec "true"\n  Port 7',
  ])('goes to the system: %s', async (text) => expect(await only(text)).toBeDefined());

  it.each([
    'Host other\n  Ciphers aes256-ctr',
    'SendEnv LANG',
    'VerifyHostKeyDNS no',
    'RevokedHostKeys none',
    'Match all\n Port 3',
  ])('stays: %s', async (text) => expect(await only(text)).toBeUndefined());
});

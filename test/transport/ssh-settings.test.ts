import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Target } from '../../src/transport/target.ts';
import { parseSshArgs } from '../../src/transport/ssh-args.ts';
import { argsForHops, sshSettings } from '../../src/transport/ssh-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-sshconfig-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

async function settings(config: string, more: Partial<Target> = {}, args: string[] = []) {
  const file = join(folder, `config${files++}`);
  writeFileSync(file, config);
  return sshSettings({
    name: 'web1',
    transport: 'ssh2',
    host: 'web1',
    hostKeyChecking: true,
    connectTimeoutSeconds: 10,
    sshArgs: ['-F', file, ...args],
    ...more,
  });
}

describe('parseSshArgs', () => {
  it('reads flags joined and apart, and -o in its forms', () => {
    const words = [
      '-C',
      '-4vp2222',
      '-o',
      'User=a',
      '-oUser=b',
      '-o',
      'ProxyJump j1,j2',
      '-i',
      'k1',
      '-ik2',
      '-F',
      'f',
    ];
    const { options, configFile, ignored } = parseSshArgs(words);
    expect(options.get('port')).toBe('2222');
    expect(options.get('user')).toBe('a');
    expect(options.get('ProxyJump')).toBe('j1,j2');
    expect(options.all('identityfile')).toEqual(['k1', 'k2']);
    expect([configFile, ...ignored]).toEqual(['f', '-4', '-v']);
  });

  it('gives hops identities and the configuration file, and nothing about host keys', () => {
    const target = ['-J', 'a', '-o', 'UserKnownHostsFile=k', '-F', 'f', '-l', 'root', '-i', 'key'];
    const args = argsForHops([...target, '-o', 'StrictHostKeyChecking=no']);
    expect(args).toEqual(['-F', 'f', '-o', 'IdentityFile=key']);
  });
});

describe('sshSettings', () => {
  it('takes the target first, then arguments, then files', async () => {
    const config = 'Host web*\n  User file\n  Port 3\n  HostName %h.example.com\n  ServerAliveInterval 7\n';
    expect(await settings(config)).toMatchObject({
      user: 'file',
      port: 3,
      host: 'web1.example.com',
      aliveIntervalSeconds: 7,
    });
    expect(await settings(config, {}, ['-l', 'args'])).toMatchObject({ user: 'args', port: 3 });
    expect(await settings(config, { user: 'target', port: 9 }, ['-l', 'args'])).toMatchObject({
      user: 'target',
      port: 9,
    });
  });

  it('expands tokens and collects identities', async () => {
    const config = 'Host web1\n  IdentityFile ~/.ssh/%r\n  IdentityFile %d/x\n  ProxyCommand nc %h %p\n  User u\n';
    const found = await settings(config, { privateKeyFile: '/first' });
    expect(found.identityFiles).toEqual(['/first', `${homedir()}/.ssh/u`, `${homedir()}/x`]);
    expect(found.proxyCommand).toBe('nc web1 22');
  });

  it('has defaults of OpenSSH', async () => {
    const found = await settings('');
    expect(found).toMatchObject({ port: 22, user: userInfo().username, strict: 'ask', proxyJump: [] });
    expect(found.knownHostsFiles).toContain(`${homedir()}/.ssh/known_hosts`);
    expect(found.knownHostsFiles).toContain('/etc/ssh/ssh_known_hosts');
  });

  it('decides how strict host keys are', async () => {
    expect((await settings('StrictHostKeyChecking accept-new\n')).strict).toBe('accept-new');
    expect((await settings('StrictHostKeyChecking no\n')).strict).toBe('no');
    expect((await settings('StrictHostKeyChecking yes\n', { hostKeyChecking: false })).strict).toBe('no');
    expect((await settings('', { hostKeyChecking: 'accept-new' })).strict).toBe('accept-new');
  });

  it('names what only the ssh program can do', async () => {
    expect((await settings('CertificateFile /c\n')).onlyOpenssh).toContain('certificatefile');
    expect((await settings('GSSAPIAuthentication yes\nControlPath /x\n')).onlyOpenssh).toBeUndefined();
    for (const option of ['Ciphers=aes128-cbc', 'KexAlgorithms=+x', 'GSSAPIAuthentication=yes', 'NoSuchOption=1']) {
      const [name] = option.split('=');
      expect((await settings('', {}, ['-o', option])).onlyOpenssh).toContain(name.toLowerCase());
    }
    const usual = [
      '-C',
      '-o',
      'ControlMaster=auto',
      '-o',
      'ControlPersist=60s',
      '-o',
      'GSSAPIAuthentication=no',
      '-vvv',
    ];
    expect((await settings('', {}, usual)).onlyOpenssh).toBeUndefined();
    expect((await settings('', {}, ['-4'])).onlyOpenssh).toContain('-4');
    writeFileSync(join(folder, 'id-cert.pub'), '');
    expect((await settings('', { privateKeyFile: join(folder, 'id') })).onlyOpenssh).toContain('id-cert.pub');
  });

  it('refuses a port that is no number, and a file that is not there', async () => {
    await expect(settings('Port abc\n')).rejects.toMatchObject({ code: 'E_SSH_OPTION' });
    await expect(settings('', { sshArgs: ['-F', '/no/such'] })).rejects.toMatchObject({ code: 'E_SSH_CONFIG' });
  });
});

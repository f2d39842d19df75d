import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as authorizedKey } from '../authorized_key/task.ts';
import { withJob, withoutJob } from '../cron/crontab.ts';
import { verb as cron } from '../cron/task.ts';
import { hashedHost, namesHost } from '../known_hosts/hosts.ts';
import { verb as knownHosts } from '../known_hosts/task.ts';
import { verb as mount } from '../mount/task.ts';
import { listName, normalSource, withoutSource, withSource } from '../apt_repository/sources.ts';
import { verb as sysctl } from '../sysctl/task.ts';
import { verb as yumRepository } from '../yum_repository/task.ts';
import { verb as iniFile } from './task.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIE0Zt5Q0m8y0J0m3m3lTq4o2oVqJkz3m4sT3c7VwQvZr';
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAIAhKX1mC5k4mJ3x2s7gM1oXvJb0r5Yx2m9QwTzUoPn1D';

forEachShell('verbs that edit text', (shell) => {
  const at = useScratch();
  const text = (name = 'f'): string => readFileSync(at(name), 'utf8');
  /** Changes once; the second run says that nothing changed. */
  const once = async (verb: { readonly name: string }, args: Record<string, unknown>): Promise<ModuleResult> => {
    const first = await runVerb(verb as never, args, await shell());
    expect(first, JSON.stringify(first)).toMatchObject({ changed: true });
    expect(await runVerb(verb as never, args, await shell())).toMatchObject({ changed: false });
    return first;
  };

  it('ini_file: adds, changes, removes options and sections, keeps the rest', async () => {
    writeFileSync(at('f'), '; top\n[a]\nx=1\n#y = 2\n\n[b]\nx = 5\n', { mode: 0o604 });
    const ini = { path: at('f') };
    expect(await once(iniFile, { ...ini, section: 'a', option: 'x', value: '3' })).toMatchObject({
      msg: 'option changed',
    });
    await once(iniFile, { ...ini, section: 'a', option: 'y', value: '4' });
    expect(await once(iniFile, { ...ini, section: 'a', option: 'z', value: 'new' })).toMatchObject({
      msg: 'option added',
    });
    await once(iniFile, { ...ini, section: 'c', option: 'k', value: 'v', no_extra_spaces: true });
    await once(iniFile, { ...ini, section: 'b', state: 'absent' });
    expect(text()).toBe('; top\n[a]\nx = 3\ny = 4\nz = new\n\n[c]\nk=v\n');
    expect(statSync(at('f')).mode & 0o777).toBe(0o604);
    await once(iniFile, { ...ini, section: 'a', option: 'x', state: 'absent' });
    await once(iniFile, { ...ini, option: 'global', value: '1' });
    expect(text()).toBe('; top\n'.replace('; top\n', 'global = 1\n; top\n') + '[a]\ny = 4\nz = new\n\n[c]\nk=v\n');
  });

  it('ini_file: several values, exclusive or not', async () => {
    writeFileSync(at('f'), '[a]\nn = 1\n');
    await once(iniFile, { path: at('f'), section: 'a', option: 'n', values: ['2', '3'], exclusive: false });
    expect(text()).toBe('[a]\nn = 1\nn = 2\nn = 3\n');
    await once(iniFile, { path: at('f'), section: 'a', option: 'n', values: ['3'] });
    expect(text()).toBe('[a]\nn = 3\n');
    expect(await runVerb(iniFile, { path: at('f'), section: 'a', option: 'q' }, await shell())).toMatchObject({
      failed: true,
    });
  });

  it('sysctl: one line for a name, in its place', async () => {
    writeFileSync(at('f'), '# net\nnet.core.somaxconn = 128\nvm.swappiness=10\nnet.core.somaxconn=1\n');
    const args = { sysctl_file: at('f'), reload: false };
    await once(sysctl, { ...args, name: 'net.core.somaxconn', value: 4096 });
    await once(sysctl, { ...args, name: 'vm.swappiness', state: 'absent' });
    await once(sysctl, { ...args, name: 'net.ipv4.ip_forward', value: true });
    expect(text()).toBe('# net\nnet.core.somaxconn=4096\nnet.ipv4.ip_forward=1\n');
    expect(await runVerb(sysctl, { ...args, name: 'x.y' }, await shell())).toMatchObject({
      failed: true,
      msg: 'value cannot be None',
    });
  });

  it('mount: keeps a line of fstab', async () => {
    writeFileSync(at('f'), '# table\n/dev/a / ext4 defaults 0 1\n');
    const args = { path: '/mnt/x y', src: 'srv:/e', fstype: 'nfs', fstab: at('f') };
    await once(mount, { ...args, state: 'present', opts: 'ro' });
    expect(text()).toBe('# table\n/dev/a / ext4 defaults 0 1\nsrv:/e /mnt/x\\040y nfs ro 0 0\n');
    await once(mount, { ...args, state: 'present', opts: 'rw', boot: false });
    await once(mount, { ...args, state: 'absent_from_fstab' });
    expect(text()).toBe('# table\n/dev/a / ext4 defaults 0 1\n');
    const bad = await runVerb(mount, { path: '/x', state: 'mounted', fstab: at('f') }, await shell());
    expect(bad).toMatchObject({
      failed: true,
      msg: 'state is mounted but all of the following are missing: src, fstype',
    });
  });

  it('cron: jobs and variables in a file of their own', async () => {
    const args = { cron_file: at('jobs'), user: 'root' };
    await once(cron, { ...args, name: 'clean', hour: '5', minute: '0', job: "rm -rf '/tmp/x y' %" });
    await once(cron, { ...args, name: 'PATH', env: true, job: '/bin' });
    await once(cron, { ...args, name: 'clean', special_time: 'daily', job: 'true', disabled: true });
    expect(text('jobs')).toBe('PATH="/bin"\n#Ansible: clean\n#@daily root true\n');
    await once(cron, { ...args, name: 'PATH', env: true, state: 'absent' });
    await once(cron, { ...args, name: 'clean', state: 'absent' });
    expect(tree(at())).toEqual({});
  });

  it('authorized_key: adds, changes options, is exclusive, removes', async () => {
    mkdirSync(at('ssh'));
    const args = { user: 'root', path: at('ssh/keys'), manage_dir: false };
    await once(authorizedKey, { ...args, key: `ssh-ed25519 ${KEY} ann@lab` });
    await once(authorizedKey, {
      ...args,
      key: `ssh-ed25519 ${OTHER} bob`,
      key_options: 'from="1.2.3.4,5.6.7.8",no-pty',
    });
    expect(tree(at('ssh'))).toEqual({
      keys: `0600 ssh-ed25519 ${KEY} ann@lab\nfrom="1.2.3.4,5.6.7.8",no-pty ssh-ed25519 ${OTHER} bob\n`,
    });
    await once(authorizedKey, { ...args, key: `ssh-ed25519 ${KEY} new comment`, exclusive: true });
    await once(authorizedKey, { ...args, key: `ssh-ed25519 ${KEY}`, state: 'absent' });
    expect(text('ssh/keys')).toBe('');
    const bad = await runVerb(authorizedKey, { ...args, key: 'nonsense' }, await shell());
    expect(bad).toMatchObject({ failed: true, msg: 'invalid key specified: nonsense' });
  });

  it('known_hosts: one key for each type, hashed or not', async () => {
    const args = { path: at('kh'), name: 'h.example' };
    await once(knownHosts, { ...args, key: `h.example ssh-ed25519 ${KEY}` });
    await once(knownHosts, { ...args, key: `h.example ssh-ed25519 ${OTHER}` });
    expect(text('kh')).toBe(`h.example ssh-ed25519 ${OTHER}\n`);
    await once(knownHosts, { ...args, key: `h.example ssh-ed25519 ${OTHER}`, hash_host: true });
    expect(namesHost(text('kh').split(' ')[0], 'h.example')).toBe(true);
    await once(knownHosts, { ...args, state: 'absent' });
    expect(text('kh')).toBe('');
    expect(await runVerb(knownHosts, { ...args, key: `other ssh-ed25519 ${KEY}` }, await shell())).toMatchObject({
      failed: true,
    });
  });

  it('yum_repository: adds, changes and removes one of several', async () => {
    const args = { reposdir: at(), file: 'all' };
    await once(yumRepository, {
      ...args,
      name: 'one',
      description: 'One',
      baseurl: ['http://a/', 'http://b/'],
      gpgcheck: true,
    });
    await once(yumRepository, { ...args, name: 'two', description: 'Two', metalink: 'http://m/', enabled: false });
    expect(text('all.repo')).toBe(
      '[one]\nbaseurl = http://a/\n\thttp://b/\ngpgcheck = 1\nname = One\n\n[two]\nenabled = 0\nmetalink = http://m/\nname = Two\n\n',
    );
    await once(yumRepository, { ...args, name: 'one', state: 'absent' });
    await once(yumRepository, { ...args, name: 'two', state: 'absent' });
    expect(tree(at())).toEqual({});
  });
});

describe('texts of lists', () => {
  it('cron: finds an unnamed job by its line', () => {
    expect(withJob(['* * * * * x'], { name: 'n', line: '* * * * * x' })).toEqual(['#Ansible: n', '* * * * * x']);
    expect(withoutJob(['#Ansible: n', 'x', 'y'], 'n')).toEqual(['y']);
  });

  it('known_hosts: hashes as ssh-keygen does', () => {
    expect(namesHost(hashedHost('a'), 'a')).toBe(true);
    expect(namesHost(hashedHost('a'), 'b')).toBe(false);
  });

  it('apt sources: one form, names of lists, comments taken over', () => {
    expect(normalSource('deb [b=2  a=1]  http://x/ stable  main # why')).toBe('deb [a=1 b=2] http://x/ stable main');
    expect(normalSource('# deb http://x/ stable main')).toBeUndefined();
    expect(listName('deb http://ann:pw@repo.example.com/debian stable main')).toBe(
      'repo_example_com_debian_stable.list',
    );
    const files = [{ path: '/l', lines: ['# deb http://x/ s main'] }];
    expect(withSource(files, 'deb http://x/ s main', '/n')).toEqual([{ path: '/l', lines: ['deb http://x/ s main'] }]);
    expect(withoutSource([{ path: '/l', lines: ['deb http://x/ s main', ''] }], 'deb http://x/ s main')).toEqual([
      { path: '/l', lines: [] },
    ]);
  });
});

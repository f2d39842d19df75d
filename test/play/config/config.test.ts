import { describe, expect, it } from 'vitest';
import { ToaError } from '../../../src/base/errors.ts';
import { loadConfig, SETTINGS, type Config } from '../../../src/play/config/index.ts';
import { memorySources } from '../playbook/world.ts';

function load(
  files: Record<string, string>,
  environment: Record<string, string> = {},
  isPublic = false,
): { config: Config; warnings: string[] } {
  const warnings: string[] = [];
  const sources = { ...memorySources(files, warnings), environment: { HOME: '/home/me', ...environment } };
  return { config: loadConfig(sources, '/srv/plays', { isPublic }), warnings };
}

describe('which ansible.cfg counts', () => {
  const files = {
    '/etc/ansible/ansible.cfg': '[defaults]\nforks=1\n',
    '/home/me/.ansible.cfg': '[defaults]\nforks=2\n',
    '/srv/plays/ansible.cfg': '[defaults]\nforks=3\n',
    '/x/ansible.cfg': '[defaults]\nforks=4\n',
  };
  const forks = (names: (keyof typeof files)[], environment = {}, isPublic = false): number =>
    load(Object.fromEntries(names.map((name) => [name, files[name]])), environment, isPublic).config.values.forks;

  it('is the first of ANSIBLE_CONFIG, working folder, home, /etc', () => {
    const all = Object.keys(files) as (keyof typeof files)[];
    expect(forks(all, { ANSIBLE_CONFIG: '/x' })).toBe(4);
    expect(forks(all, { ANSIBLE_CONFIG: '/nowhere' })).toBe(3);
    expect(forks(all)).toBe(3);
    expect(forks(all.slice(0, 2))).toBe(2);
    expect(forks(all.slice(0, 1))).toBe(1);
    expect(forks([])).toBe(5);
  });

  it('is not that of a world-writable folder', () => {
    const { config, warnings } = load(files, {}, true);
    expect(config.file).toBe('/home/me/.ansible.cfg');
    expect(warnings[0]).toMatch(/^Ansible is being run in a world writable directory \(\/srv\/plays\), ignoring it/);
    expect(load(files, { ANSIBLE_CONFIG: '/x' }, true).warnings).toEqual([]);
  });
});

describe('values', () => {
  it('have defaults', () => {
    const { values, origins } = load({}).config;
    expect(values.inventory).toEqual(['/etc/ansible/hosts']);
    expect(values.rolesPath).toEqual(['/home/me/.ansible/roles', '/usr/share/ansible/roles', '/etc/ansible/roles']);
    expect([values.timeout, values.gathering, values.hostKeyChecking]).toEqual([10, 'implicit', true]);
    expect(values.remoteUser).toBeUndefined();
    expect(origins.forks).toBe('default');
  });

  it('are read from the file, paths relative to it', () => {
    const { config } = load({
      '/srv/plays/ansible.cfg': [
        '[defaults]',
        '# a comment',
        'inventory = inv/prod.ini',
        'Roles_Path: shared/roles:~/r:$HOME/q',
        'vault_password_file = "pw.txt"   ; why',
        'host_key_checking = no',
        'vault_identity_list = dev@a, prod@b',
        'remote_user = a;b',
        '[privilege_escalation]',
        'become=True',
        '[ssh_connection]',
        'ssh_args = -C -o X=y',
        '  -o Z=1',
        '[tags]',
        'run = a,b',
        '',
      ].join('\n'),
    });
    const { values } = config;
    expect(values.inventory).toEqual(['/srv/plays/inv/prod.ini']);
    expect(values.rolesPath).toEqual(['/srv/plays/shared/roles', '/home/me/r', '/home/me/q']);
    expect(values.vaultPasswordFile).toBe('/srv/plays/pw.txt');
    expect([values.hostKeyChecking, values.become]).toEqual([false, true]);
    expect(values.vaultIdentityList).toEqual(['dev@a', 'prod@b']);
    expect(values.remoteUser).toBe('a;b');
    expect(values.sshArgs).toBe('-C -o X=y\n-o Z=1');
    expect(values.runTags).toEqual(['a', 'b']);
    expect(config.origins.inventory).toEqual({ file: '/srv/plays/ansible.cfg', line: 3, column: 1 });
  });

  it('of the environment win', () => {
    const cfg = { '/srv/plays/ansible.cfg': '[defaults]\nforks=3\n' };
    const { config } = load(cfg, { ANSIBLE_FORKS: '7', ANSIBLE_INVENTORY: 'a,b', ANSIBLE_ANY_ERRORS_FATAL: '1' });
    expect(config.values.forks).toBe(7);
    expect(config.values.inventory).toEqual(['/srv/plays/a', '/srv/plays/b']);
    expect(config.values.anyErrorsFatal).toBe(true);
    expect(config.origins.forks).toBe('env: ANSIBLE_FORKS');
    expect(load({}, { ANSIBLE_INVENTORY: 'h1,h2,' }).config.values.inventory).toEqual(['h1,h2,']);
  });

  it('are looked up by Ansible’s names', () => {
    const { config } = load({});
    expect(config.lookup('DEFAULT_FORKS')).toBe(5);
    expect(config.lookup('DEFAULT_REMOTE_USER')).toBeNull();
    expect(config.lookup('NOPE')).toBeUndefined();
  });

  it('have names that differ', () => {
    const names = Object.values(SETTINGS).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('what is wrong or unused', () => {
  it('is warned of once', () => {
    const cfg = '[defaults]\nnocows = 1\nfrobnicate = 1\nforks = 2\n[galaxy]\nserver = x\n';
    expect(load({ '/srv/plays/ansible.cfg': cfg }).warnings).toEqual([
      'settings of /srv/plays/ansible.cfg without effect in toa-play: [defaults] nocows ' +
        '(there are no cows), [defaults] frobnicate, [galaxy] server',
    ]);
  });

  it.each([
    ['[defaults]\nforks = many\n', 'E_CONFIG_VALUE', 2],
    ['forks = 1\n', 'E_CONFIG_SYNTAX', 1],
    ['[defaults]\nhello\n', 'E_CONFIG_SYNTAX', 2],
  ])('%j', (cfg, code, line) => {
    let error: unknown;
    try {
      load({ '/srv/plays/ansible.cfg': cfg });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ToaError);
    expect((error as ToaError).code).toBe(code);
    expect((error as ToaError).details.span).toEqual({ file: '/srv/plays/ansible.cfg', line, column: 1 });
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { HOSTS, changedInventory, onHost, recap, run, scratch, toaPlay, play } from './fleet.ts';

const WHO = `
- hosts: all
  gather_facts: false
  tasks:
    - command: id -u
      changed_when: false
`;

/** Runs WHO with another inventory. */
async function who(inventoryFile: string, ...args: string[]) {
  const file = join(scratch(), 'who.yml');
  writeFileSync(file, WHO);
  return toaPlay(file, '-i', inventoryFile, ...args);
}

/** An inventory whose hosts are checked against another known_hosts file. */
function withKnownHosts(edit: (lines: string[]) => string[]): { inventory: string; knownHosts: string } {
  const { dir } = inject('fleet');
  const folder = scratch();
  const knownHosts = join(folder, 'known_hosts');
  const config = join(folder, 'ssh_config');
  const lines = readFileSync(join(dir, 'ssh/known_hosts'), 'utf8').split('\n').filter(Boolean);
  writeFileSync(
    knownHosts,
    edit(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const text = readFileSync(join(dir, 'ssh/play_config'), 'utf8');
  writeFileSync(config, text.replaceAll(`${dir}/ssh/known_hosts`, knownHosts));
  return { inventory: changedInventory((ini) => ini.replaceAll(`${dir}/ssh/play_config`, config)), knownHosts };
}

/** Every host but this one answered. */
function othersAreFine(stdout: string, host: string): void {
  for (const other of HOSTS.filter((name) => name !== host)) {
    expect(recap(stdout)[other], other).toMatchObject({ ok: 1, failed: 0, unreachable: 0 });
  }
}

describe('a host that refuses is named, the others go on', () => {
  it('wrong sudo password', async () => {
    const bad = changedInventory((ini) => ini.replace(/ansible_become_password=\S+/, 'ansible_become_password=wrong'));
    const result = await who(bad);
    expect(result.code).toBe(2);
    expect(recap(result.stdout)['debian-sudo']).toMatchObject({ ok: 0, failed: 1 });
    expect(result.stdout + result.stderr).toMatch(/E_BECOME_WRONG_PASSWORD: debian-sudo: sudo refuses the password/);
    othersAreFine(result.stdout, 'debian-sudo');
  });

  it('no sudo password', async () => {
    const bad = changedInventory((ini) => ini.replace(/ansible_become_password=\S+/, ''));
    const result = await who(bad);
    expect(result.code).toBe(2);
    expect(result.stdout + result.stderr).toMatch(/E_BECOME_PASSWORD_NEEDED: debian-sudo/);
    othersAreFine(result.stdout, 'debian-sudo');
  });

  it('changed host key', async () => {
    const folder = scratch();
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'other')]);
    const other = readFileSync(join(folder, 'other.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    const bad = withKnownHosts((lines) =>
      lines.map((line) => line.replace(/^10\.99\.0\.11 .*/, `10.99.0.11 ${other}`)),
    );
    const result = await who(bad.inventory);
    expect(result.code).toBe(4);
    expect(recap(result.stdout)['debian-root']).toMatchObject({ ok: 0, unreachable: 1 });
    expect(result.stdout + result.stderr).toMatch(/host key/i);
    othersAreFine(result.stdout, 'debian-root');
  });

  it('changed host key, also with --accept-new', async () => {
    const bad = withKnownHosts((lines) => {
      const [, kind, key] = lines.find((line) => line.startsWith('10.99.0.12 '))!.split(' ');
      return lines.map((line) => line.replace(/^10\.99\.0\.11 .*/, `10.99.0.11 ${kind} ${key}`));
    });
    const result = await who(bad.inventory, '--accept-new');
    expect(result.code).toBe(4);
    expect(recap(result.stdout)['debian-root']).toMatchObject({ unreachable: 1 });
  });

  it('unknown host key; --accept-new learns it', async () => {
    const unknown = withKnownHosts((lines) => lines.filter((line) => !line.startsWith('10.99.0.11 ')));
    const refused = await who(unknown.inventory);
    expect(refused.code).toBe(4);
    expect(recap(refused.stdout)['debian-root']).toMatchObject({ unreachable: 1 });
    othersAreFine(refused.stdout, 'debian-root');
    const learned = await who(unknown.inventory, '--accept-new');
    expect(learned.code).toBe(0);
    const again = await who(unknown.inventory);
    expect(again.code).toBe(0);
  });

  it('hashed names in known_hosts are found', async () => {
    const hashed = withKnownHosts((lines) => lines);
    await run('ssh-keygen', ['-q', '-H', '-f', hashed.knownHosts]);
    expect(readFileSync(hashed.knownHosts, 'utf8')).not.toContain('10.99.0.11');
    const result = await who(hashed.inventory);
    expect(result.code).toBe(0);
  });

  it('wrong login key', async () => {
    const folder = scratch();
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'stranger')]);
    const bad = changedInventory((ini) =>
      ini.replace(/^(rpm-yum .*ansible_ssh_private_key_file=)\S+/m, `$1${folder}/stranger`),
    );
    const result = await who(bad);
    expect(result.code).toBe(4);
    expect(recap(result.stdout)['rpm-yum']).toMatchObject({ ok: 0, unreachable: 1 });
    othersAreFine(result.stdout, 'rpm-yum');
  });

  it('nobody at the address', async () => {
    const bad = changedInventory((ini) => ini.replace('ansible_host=10.99.0.15', 'ansible_host=10.99.0.99'));
    const result = await who(bad);
    expect(result.code).toBe(4);
    expect(recap(result.stdout)['rpm-yum']).toMatchObject({ ok: 0, unreachable: 1 });
    othersAreFine(result.stdout, 'rpm-yum');
  });

  it('a session that is killed in the middle', async () => {
    const running = play(`
- hosts: all
  gather_facts: false
  tasks:
    - command: sleep {{ '37' if inventory_hostname == 'debian-root' else '0' }}
      changed_when: false
`);
    let sleeping = '';
    for (let i = 0; i < 100 && sleeping === ''; i++) {
      sleeping = (await onHost('debian-root', 'pgrep -x sleep | head -1')).stdout.trim();
    }
    expect(sleeping).toMatch(/^\d+$/);
    // climb from the sleep to the sshd of its session
    await onHost(
      'debian-root',
      `p=${sleeping}; while [ "$(cat /proc/$p/comm)" != sshd ]; do p=$(awk '/^PPid:/ { print $2 }' /proc/$p/status); done; kill -9 $p`,
    );
    const result = await running;
    expect(result.code).toBe(4);
    expect(recap(result.stdout)['debian-root']).toMatchObject({ ok: 0, unreachable: 1 });
    othersAreFine(result.stdout, 'debian-root');
  });
});

it('a full disk is named', async () => {
  const result = await play(`
- hosts: debian-oldssh
  gather_facts: false
  tasks:
    - copy:
        content: "{{ 'x' * 12000000 }}"
        dest: /tmp/big
`);
  expect(result.code).toBe(2);
  expect(result.stdout + result.stderr).toMatch(/No space left on device/);
  const left = await onHost('debian-oldssh', 'ls -A /tmp');
  expect(left.stdout.split('\n').filter((line) => /big|toa/.test(line))).toEqual([]);
});

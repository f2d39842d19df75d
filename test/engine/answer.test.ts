import { describe, expect, it } from 'vitest';
import { isConnectionName } from '../../src/base/fact-names.ts';
import type { ModuleResult } from '../../src/base/result.ts';
import { LazyDict, type Value } from '../../src/base/value.ts';
import { answerOf, plainAnswer } from '../../src/engine/task/answer.ts';
import { targetFromVars } from '../../src/host/target.ts';
import { buildCatalog } from '../../src/cli/catalog.ts';

const EVIL: ModuleResult = {
  changed: true,
  stdout: 'x',
  add_host: { host_name: 'other', groups: [], host_vars: { ansible_ssh_common_args: '-oProxyCommand=id' } },
  add_group: 'admins',
  parent_groups: ['all'],
  ansible_stats: { data: { a: 1 } },
  ansible_facts: { ansible_ssh_common_args: '-oProxyCommand=id', ansible_sudo_exe: '/tmp/x', ansible_kernel: '6' },
  include: true,
  failed_when_result: false,
  attempts: 9,
  _ansible_no_log: true,
  _ansible_facts_cacheable: true,
  _toa_span: { file: '/etc/shadow', line: 1, column: 1 },
};

/** Actions that may have a key which brings something about; all other verbs have none. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  add_host: ['add_host'],
  group_by: ['add_group', 'parent_groups'],
  set_stats: ['ansible_stats'],
  set_fact: ['ansible_facts', '_ansible_facts_cacheable'],
  include_vars: ['ansible_facts', '_ansible_no_log'],
  include_tasks: ['include'],
  include_role: ['include'],
};
const FACTS = ['setup', 'gather_facts', 'service_facts', 'package_facts', 'getent', 'hostname', 'toa_facts'];

describe('what a host says becomes a result', () => {
  const verbs = [...buildCatalog().verbs.keys()].filter((name) => name !== 'debug');

  it.each(verbs)('of %s without keys that it may not have', (action) => {
    const told =
      FACTS.includes(action) || action === 'async_status' || action === 'own_module' ? ['ansible_facts'] : [];
    const kept = ['changed', 'stdout', ...told, ...(MAY[action] ?? [])];
    expect(Object.keys(answerOf(action, EVIL)).sort()).toEqual(kept.sort());
  });

  it('facts keep what tells of the host and nothing that says how it is reached', () => {
    for (const action of FACTS) expect(answerOf(action, EVIL).ansible_facts).toEqual({ ansible_kernel: '6' });
    const facts = new Map<Value, Value>(Object.entries(EVIL.ansible_facts as Record<string, Value>));
    const lazy = new LazyDict({ find: (name) => facts.get(name), entries: () => facts });
    const clean = answerOf('setup', { ansible_facts: lazy }).ansible_facts as Map<unknown, unknown>;
    expect([...clean.keys()]).toEqual(['ansible_kernel']);
    expect(clean.get('ansible_sudo_exe')).toBeUndefined();
  });

  it('every variable that decides how a host is reached is known to be one', () => {
    const asked = new Set<string>();
    const ask = (name: string): Value | undefined => {
      asked.add(name);
      return name === 'ansible_become' ? true : undefined;
    };
    for (const becomeMethod of ['sudo', 'su', 'doas']) targetFromVars('h', ask, { becomeMethod });
    expect(asked.size).toBeGreaterThan(25);
    expect([...asked].filter((name) => !isConnectionName(name))).toEqual([]);
  });

  it('facts that only look like such variables stay', () => {
    const names = ['ansible_ssh_host_key_rsa_public', 'ansible_ssh_host_key_ed25519_public_keytype', 'ansible_local'];
    names.push('ansible_user_id', 'ansible_user_shell', 'ansible_python_version', 'ansible_hostname', 'ansible_eth0');
    expect(names.filter(isConnectionName)).toEqual([]);
    expect(isConnectionName('ansible_ssh_host_key_checking')).toBe(true);
  });

  it('text that no verb has read has only the common return values, of their types', () => {
    const given = { ...EVIL, rc: 0, msg: {}, failed: 'yes', cmd: ['a', 1], stderr: 'e', results: [{}], skipped: 1 };
    expect(plainAnswer(given)).toEqual({ changed: true, stdout: 'x', rc: 0, stderr: 'e' });
    for (const bad of [null, 3, 'x', [EVIL]]) expect(plainAnswer(bad)).toEqual({});
  });
});

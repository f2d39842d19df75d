import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { encryptVault } from '../../src/play/vault/index.ts';

// A run is what touches hosts; a broken playbook must never come so far.
const runs = vi.hoisted(() => ({ started: 0 }));
vi.mock('../../src/engine/run.ts', () => ({
  runPlan: async () => {
    runs.started++;
    return { exitCode: 0, failed: [], unreachable: [], endedIn: '' };
  },
}));

const SITE = `- name: web servers
  hosts: web:&prod
  vars: {port: 80, url: "http://{{ name }}:{{ port }}/"}
  vars_files: [vars.yml]
  roles:
    - {role: app, port: 81, tags: [app]}
  tasks:
    - name: settings
      copy:
        dest: /etc/app.conf
        content: |
          {% for host in groups['web'] %}
          {{ host }} {{ hostvars[host].addr | default('-') }}
          {% endfor %}
      when: port | int > 1 and name is defined
      loop: "{{ query('sequence', 'count=3') }}"
      notify: restart
    - block:
        - command: chdir=/tmp ls -l {{ port }}
          register: out
          until: out.rc == 0
      rescue: [{debug: {var: out}}]
    - import_tasks: more.yml
  handlers:
    - {name: restart, service: {name: app, state: restarted}}
`;
const MORE = `- include_tasks: "{{ item }}.yml"
  loop: [a, b]
- lineinfile: {path: /etc/x, line: "a=b"}
`;
const HOSTS = `[web]
w[1:3].example addr=10.0.0.1 tags='["a", 1]' ansible_connection=local
[prod:children]
web
[web:vars]
name="{{ inventory_hostname }}"
limit = {'a': [1, 2]}
[all:vars]
ntp=pool.example
`;
const YAML_HOSTS = `all:
  children:
    web:
      hosts: {w1: {addr: 10.0.0.1}, "w[2:3]": }
      vars: {name: x, list: [1, {a: b}]}
    prod: {children: {web: }}
`;
const PIECES = [
  '{{',
  '}}',
  '{%',
  '"',
  "'",
  ': ',
  '- ',
  '\t',
  '\n',
  '  ',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*b ',
  '!!int ',
  '!vault ',
  '|',
  '>',
  '#',
  '\0',
  '<<: ',
  'é',
  '%',
  '@',
  '[a:z',
  '9'.repeat(20),
  '$ANSIBLE_VAULT;1.1;AES256\n',
];

type Mutation = readonly [kind: 'insert' | 'delete' | 'repeat' | 'swap', place: number, length: number, piece: string];

function mutate(text: string, [kind, place, length, piece]: Mutation): string {
  const at = Math.floor(place * text.length);
  const end = Math.min(text.length, at + length);
  if (kind === 'insert') return text.slice(0, at) + piece + text.slice(at);
  if (kind === 'delete') return text.slice(0, at) + text.slice(end);
  if (kind === 'repeat') return text.slice(0, end) + text.slice(at);
  return text.slice(0, at) + text.slice(end, end + length) + text.slice(at, end) + text.slice(end + length);
}

const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.tuple(
    fc.constantFrom('insert' as const, 'delete' as const, 'repeat' as const, 'swap' as const),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(...PIECES),
  ),
  { minLength: 1, maxLength: 5 },
);

let folder: string;
let said: string;

const put = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toa-play-fuzz-'));
  put('vars.yml', 'name: app\n');
  put('roles/app/tasks/main.yml', '- debug: {msg: "{{ port }}"}\n');
  put('more.yml', MORE);
  put('hosts', HOSTS);
  put('password', 'secret\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});

/** Runs the program on a broken input: it ends soon, says what is wrong in its own words, and runs nothing. */
async function survives(args: string[]): Promise<{ code: number; said: string; runs: number }> {
  said = '';
  runs.started = 0;
  const started = performance.now();
  const code = await main(args);
  expect(performance.now() - started).toBeLessThan(5000);
  expect([0, 1, 2, 4]).toContain(code);
  expect(said).not.toMatch(/E_INTERNAL|\n\s+at .*\.[jt]s:\d+|TypeError|RangeError/);
  if (code !== 0) expect(said).toMatch(/ERROR! E_[A-Z_]+: ./);
  return { code, said, runs: runs.started };
}

const options = { numRuns: 120, seed: 20_260_101, endOnFailure: true };

describe('broken inputs: no stack trace, no hang, no host touched', () => {
  // The program loads its parts when they are needed; that must not count as a hang of the first input.
  beforeAll(async () => {
    said = '';
    await main([put('site.yml', SITE), '-i', put('good-hosts', HOSTS), '--syntax-check']);
    await main(['inventory', '--list', '-i', join(folder, 'good-hosts')]);
  }, 120_000);

  it('playbooks, imported files and templates in them', async () => {
    const hosts = put('good-hosts', HOSTS);
    let broken = 0;
    await fc.assert(
      fc.asyncProperty(mutations, fc.boolean(), async (list, imported) => {
        const site = put('site.yml', imported ? SITE : list.reduce(mutate, SITE));
        put('more.yml', imported ? list.reduce(mutate, MORE) : MORE);
        const { code, runs: started } = await survives([site, '-i', hosts]);
        if (code === 0) return;
        broken++;
        expect(started).toBe(0);
      }),
      options,
    );
    expect(broken).toBeGreaterThan(70);
  }, 120_000);

  it('inventories, INI and YAML', async () => {
    let broken = 0;
    await fc.assert(
      fc.asyncProperty(mutations, fc.boolean(), async (list, isYaml) => {
        const path = put(isYaml ? 'hosts.yml' : 'hosts.ini', list.reduce(mutate, isYaml ? YAML_HOSTS : HOSTS));
        const { code, said: words } = await survives(['inventory', '--list', '-i', path]);
        if (code !== 0 || words.includes('WARNING')) broken++;
      }),
      options,
    );
    expect(broken).toBeGreaterThan(50);
  }, 120_000);

  it('vault files', async () => {
    const sealed = encryptVault('user: admin\n', { id: 'default', password: Buffer.from('secret') });
    const password = ['--vault-password-file', join(folder, 'password')];
    let broken = 0;
    await fc.assert(
      fc.asyncProperty(mutations, async (list) => {
        const path = put('vault.yml', list.reduce(mutate, sealed));
        const { code, said: words } = await survives([
          'vault',
          'decrypt',
          ...password,
          '--output',
          `${path}.out`,
          path,
        ]);
        if (code !== 0) broken++;
        expect(words).not.toContain('admin');
      }),
      options,
    );
    expect(broken).toBeGreaterThan(100);
  }, 120_000);

  it('the unbroken ones are fine', async () => {
    put('more.yml', MORE);
    expect(await survives([put('site.yml', SITE), '-i', join(folder, 'hosts')])).toMatchObject({ code: 0, runs: 1 });
  });
});

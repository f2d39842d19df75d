import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { buildCatalog } from '../../src/cli/catalog.ts';
import { nowhere } from '../../src/base/span.ts';
import { maybeTemplate } from '../../src/base/template-text.ts';
import { play, Project } from './support.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

const COSTLY = ['checksum', 'mimetype', 'charset', 'version', 'attr_flags', 'attributes'];

interface Around {
  /** Keywords of the play. */
  readonly play?: string;
  /** Tasks before and after the one that looks, and its own keywords. */
  readonly before?: string;
  readonly own?: string;
  readonly after?: string;
  /** Handlers and further plays. */
  readonly rest?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, string>>;
  readonly limit?: string;
  readonly settings?: { readonly verbosity?: number; readonly resultsUnseen?: boolean };
}

const lines = (text: string | undefined, indent: string): string =>
  (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${indent}${line}\n`)
    .join('');

/** The costly keys in the result of a `stat` that is registered as `st`, with a real shell. */
async function keys(around: Around): Promise<string[]> {
  project?.remove();
  const site = `- hosts: all
  gather_facts: false
${lines(around.play, '  ')}  tasks:
${lines(around.before, '    ')}    - name: look
      stat: {path: "{{ out }}/site.yml"}
${lines(around.own ?? 'register: st', '      ')}${lines(around.after, '    ')}${around.rest ?? ''}`;
  project = new Project({ 'site.yml': site, ...around.files });
  const extra = new Map(Object.entries(around.extra ?? {}).map(([k, v]) => [k, maybeTemplate(v, nowhere('-e'))]));
  const settings = { resultsUnseen: true, ...around.settings };
  const hosts = around.files?.['hosts'] === undefined ? undefined : `${project.folder}/hosts`;
  const ran = await play(project, { settings, extra, hosts, limit: around.limit });
  const { result } = ran.results('look')[0];
  const one = ((result['results'] as { stat: object }[] | undefined)?.[0] ?? result) as { stat?: object };
  const { stat = {} } = one;
  expect(stat).toMatchObject({ exists: true, isreg: true });
  return COSTLY.filter((key) => key in stat);
}

const LOCAL = 'ansible_connection=local';

const READERS: Readonly<Record<string, Around>> = {
  'an argument': { after: '- debug: {msg: "{{ st.stat.checksum }}{{ st.stat.mimetype }}{{ st.stat.version }}"}' },
  'a whole value': { after: '- debug: {msg: "{{ st }}"}' },
  'debug var': { after: '- debug: {var: st}' },
  'debug var, of a part': { after: '- debug: var=st.stat' },
  'debug var with a template': { after: '- debug: {var: "{{ name }}"}\n  vars: {name: st.stat}' },
  'debug with arguments from a variable': {
    after: '- debug: "{{ args }}"\n  vars: {args: {var: st.stat}}',
  },
  module_defaults: { play: 'module_defaults: {debug: {var: st}}', after: '- debug:' },
  'a condition': { after: '- debug:\n  when: st.stat.checksum == "x" or st.stat.charset + st.stat.attr_flags == "x"' },
  'a condition from a variable': { after: '- debug:\n  when: "{{ cond }}"\n  vars: {cond: st.stat is mapping}' },
  assert: { after: '- assert: {that: [true, "st.stat | length > 1"]}' },
  'assert with conditions from a variable': {
    after: '- assert: {that: "{{ conds }}"}\n  vars: {conds: ["st.stat | length > 1"]}',
  },
  'a variable of a task': { after: '- debug: {msg: "{{ x }}"}\n  vars: {x: "{{ st.stat }}"}' },
  'a variable of a play': { play: 'vars: {x: {y: ["{{ st.stat }}"]}}' },
  'a variable of a block': { after: '- block: [{debug: {msg: "{{ x }}"}}]\n  vars: {x: "{{ st.stat }}"}' },
  'a condition of a block': { after: '- block: [{debug: }]\n  when: st.stat' },
  'a variable of its own': { own: 'register: st\nvars: {x: "{{ st }}"}' },
  'a rescue': { after: '- block: [{command: "false"}]\n  rescue: [{debug: {msg: "{{ st.stat }}"}}]' },
  'a name': { after: '- name: "{{ st.stat }}"\n  debug:' },
  'a loop': { after: '- debug: {msg: "{{ item }}"}\n  loop: "{{ [st.stat] }}"' },
  with_vars: { after: '- debug: {msg: "{{ item }}"}\n  with_vars: [st]' },
  'a handler': { own: 'register: st', rest: '  handlers: [{name: h, debug: {msg: "{{ st.stat }}"}}]\n' },
  'a later play': { rest: '- hosts: all\n  gather_facts: false\n  tasks: [{debug: {var: st}}]\n' },
  'a later play, hostvars': {
    rest: '- hosts: all\n  gather_facts: false\n  tasks: [{debug: {msg: "{{ hostvars.h1.st.stat.checksum }}"}}]\n',
  },
  vars: { after: `- debug: {msg: "{{ vars['s' ~ 't'] }}"}` },
  'a lookup of variables': { after: `- debug: {msg: "{{ lookup('vars', 's' ~ 't') }}"}` },
  'a lookup of a template': {
    after: `- debug: {msg: "{{ lookup('template', 'a.j2') }}"}`,
    files: { 'a.j2': '{{ st.stat }}' },
  },
  'a template file': {
    after: '- template: {src: a.j2, dest: "{{ out }}/a"}',
    files: { 'a.j2': '{{ st.stat.checksum }}' },
  },
  'a role': {
    rest: '- hosts: all\n  gather_facts: false\n  roles: [r]\n',
    files: { 'roles/r/tasks/main.yml': '- debug: {msg: "{{ x }}"}\n', 'roles/r/defaults/main.yml': 'x: "{{ st }}"\n' },
  },
  "a role's handlers": {
    rest: '- hosts: all\n  gather_facts: false\n  roles: [r]\n',
    files: { 'roles/r/tasks/main.yml': '- debug:\n', 'roles/r/handlers/main.yml': '- debug: {var: st}\n' },
  },
  import_tasks: {
    after: '- import_tasks: more.yml\n  vars: {x: "{{ st.stat }}"}',
    files: { 'more.yml': '- debug: {msg: "{{ x }}"}\n' },
  },
  include_tasks: { after: '- include_tasks: more.yml', files: { 'more.yml': '- debug: {var: st}\n' } },
  'include_tasks before it': {
    before: '- include_tasks: more.yml',
    files: { 'more.yml': '- include_vars: x.yml\n', 'x.yml': 'x: "{{ st }}"\n' },
  },
  include_role: {
    after: '- include_role: {name: r}',
    files: { 'roles/r/tasks/main.yml': '- debug: {var: st}\n' },
  },
  include_vars: { after: '- include_vars: x.yml', files: { 'x.yml': 'x: "{{ st }}"\n' } },
  vars_files: { play: 'vars_files: [x.yml]', files: { 'x.yml': 'x: "{{ st }}"\n' } },
  group_vars: { files: { 'group_vars/all.yml': 'x: "{{ st.stat }}"\n' } },
  host_vars: { files: { 'host_vars/h1/x.yml': 'x: ["{{ st.stat }}"]\n' } },
  'inventory, host': { files: { hosts: `h1 ${LOCAL} x="{{ st.stat }}"\n` } },
  'inventory, group': { files: { hosts: `h1 ${LOCAL}\n[all:vars]\nx={{ st.stat }}\n` } },
  'inventory, another host of the run': { files: { hosts: `h1 ${LOCAL}\nh2 ${LOCAL} x="{{ hostvars.h1.st }}"\n` } },
  'inventory, a delegate': {
    after: '- debug:\n  delegate_to: d1',
    files: { 'host_vars/d1.yml': 'x: "{{ hostvars.h1.st }}"\n' },
  },
  'an unknown delegate': { after: '- debug:\n  delegate_to: "{{ d }}"\n  vars: {d: h1}' },
  'extra variables': { extra: { x: '{{ y }}', y: '{{ st }}' } },
  set_fact: { after: '- set_fact: {x: "{{ st.stat }}"}' },
  'the name of a fact': { after: '- set_fact: {"a{{ st.stat | length }}": 1}' },
  'set_fact from a variable': { after: '- set_fact:\n  args: "{{ x }}"\n  vars: {x: {a: 1}}' },
  group_by: { after: '- group_by: {key: g}', files: { 'group_vars/g.yml': 'x: "{{ st }}"\n' } },
  'meta: refresh_inventory': { before: '- meta: refresh_inventory' },
  'arguments of a failed task': {
    after: '- block: [{command: "false"}]\n  rescue: [{debug: {msg: "{{ ansible_failed_task }}"}}]',
  },
  'a job in the background before it': { before: '- debug: {msg: "{{ st | default(1) }}"}\n  async: 9\n  poll: 0' },
  'its own failed_when': { own: 'register: st\nfailed_when: st.stat.size < 0' },
  'its own changed_when': { own: 'register: st\nchanged_when: st.stat.exists' },
  'its own until': { own: 'register: st\nuntil: st.stat.exists' },
  'its own loop': { own: 'register: st\nloop: [1]' },
  'its own run_once': { own: 'register: st\nrun_once: true' },
  'a name that the program reads': { own: 'register: ansible_x' },
  'a person, with -v': { settings: { verbosity: 1 } },
  'a report or log': { settings: { resultsUnseen: false } },
};

describe('costly keys of stat are there for', () => {
  it.each(Object.keys(READERS))('%s', async (name) => {
    expect(await keys(READERS[name])).toEqual(COSTLY);
  });
});

const NOBODY: Readonly<Record<string, Around>> = {
  nobody: {},
  'nobody, unregistered': { own: '' },
  'existence and size': {
    after: `- assert: {that: st.stat.exists}
- debug: {msg: "{{ st.stat.size }}", var: st.stat.isdir}
- debug: {var: st.stat.path}
  when: [st is not changed, st.stat is defined, st.stat.isreg]
- debug: {msg: "{{ x }}"}
  vars: {x: "{{ lookup('env', 'HOME') }}{{ st['stat']['mode'] }}"}`,
    play: 'vars: {y: "{{ st.stat.uid }}"}',
    files: { 'group_vars/all.yml': 'z: "{{ st.stat.gid }}"\n' },
  },
  'tasks that ran before': {
    before: `- debug: {var: st}
- template: {src: a.j2, dest: "{{ out }}/a"}
- debug: {msg: "{{ hostvars[inventory_hostname].st | default(1) }}"}`,
    files: { 'a.j2': '{{ st | default(1) }}' },
  },
  'fixed conditions of its own': { own: 'register: st\nchanged_when: true\nfailed_when: false\nwhen: true' },
  'a condition of its own on another result': {
    before: '- stat: {path: "{{ out }}/site.yml"}\n  register: other',
    own: 'register: st\nwhen: other.stat.exists',
  },
  'meta: noop': { after: '- meta: noop\n- meta: flush_handlers' },
  'plain text': { after: '- debug: {msg: "st.stat.checksum"}\n- command: echo st' },
};

describe('costly keys of stat are left out for', () => {
  it.each(Object.keys(NOBODY))('%s', async (name) => {
    expect(await keys(NOBODY[name])).toEqual([]);
  });
});

it('only what is read is made', async () => {
  expect(await keys({ after: '- debug: {msg: "{{ st.stat.checksum }}"}' })).toEqual(['checksum']);
  expect(await keys({ after: '- debug: {msg: "{{ st.stat.charset }}"}' })).toEqual(['mimetype', 'charset']);
});

it('files of hosts that --limit leaves out are not read', async () => {
  const files = { hosts: `h1 ${LOCAL}\nh2\n`, 'host_vars/h2.yml': 'x: "{{ hostvars.h1.st }}"\n' };
  expect(await keys({ files })).toEqual(COSTLY);
  expect(await keys({ files, limit: 'h1' })).toEqual([]);
});

it('a reader of one task is none of another', async () => {
  const other = '- stat: {path: "{{ out }}/site.yml"}\n  register: other\n- debug: {var: other}';
  expect(await keys({ after: other })).toEqual([]);
});

describe('a verb that reads in a way of its own is known to src/engine/ahead/readers.ts', () => {
  it('arguments that it renders itself', () => {
    const raw = [...buildCatalog().verbs.values()].flatMap(
      (verb) => verb.rawArgs?.map((arg) => `${verb.name} ${arg}`) ?? [],
    );
    // of these, var and that are expressions
    expect(raw.sort()).toEqual([
      'assert that',
      'debug msg',
      'debug var',
      'set_stats data',
      'validate_argument_spec argument_spec',
    ]);
  });

  it('variables that it looks up, texts that it renders', () => {
    const files = readdirSync('tasks', { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!test)\.ts$/.test(file),
    );
    const found = files.flatMap((file) => {
      const text = readFileSync(`tasks/${file}`, 'utf8');
      const uses = text.match(/context\.(?:scope|templar|render|expressions|evaluate|variable\([^)]*\))/g) ?? [];
      return [...new Set(uses)].map((use) => `${file} ${use}`);
    });
    expect(found.sort()).toEqual([
      'assert/task.ts context.expressions',
      'debug/task.ts context.evaluate',
      'debug/task.ts context.expressions',
      'debug/task.ts context.render',
      "fetch/task.ts context.variable('playbook_dir')",
      'set_stats/task.ts context.render',
      'shared/conditions.ts context.scope',
      'shared/conditions.ts context.templar',
      "shared/receiver/programs.ts context.variable('ansible_architecture')",
      "shared/receiver/programs.ts context.variable('toa')",
      'template/scope.ts context.scope',
      'template/task.ts context.render',
    ]);
  });
});

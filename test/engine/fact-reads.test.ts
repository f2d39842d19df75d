import { afterEach, describe, expect, it } from 'vitest';
import { play, Project } from './support.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

interface Reader {
  /** Tasks of the play that gathers facts, and more plays. */
  readonly tasks?: string;
  readonly play?: string;
  readonly rest?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: { readonly verbosity?: number; readonly resultsUnseen?: boolean; readonly factsKept?: boolean };
}

/** A fact of each collector that costs the host a program. */
const COSTLY = { python: 'ansible_python_version', hardware: 'ansible_mounts', network: 'ansible_interfaces' };
const ALL = Object.keys(COSTLY);

const indented = (text = '', indent: string): string => text.replaceAll(/^(?=.)/gm, indent);

/** Which of the costly collectors a real shell was asked for. */
async function asked(reader: Reader): Promise<string[]> {
  project?.remove();
  const site = `- hosts: all
  gather_facts: true
${indented(reader.play, '  ')}
  tasks:
${indented(reader.tasks ?? '- debug:', '    ')}
${reader.rest ?? ''}`;
  project = new Project({ 'site.yml': site, ...reader.files });
  const ran = await play(project, { settings: { resultsUnseen: true, ...reader.settings } });
  expect(ran.outcome.failed).toEqual([]);
  const { ansible_facts: said } = ran.results('Gathering Facts')[0].result;
  const facts =
    said instanceof Map ? new Map<unknown, unknown>(said) : new Map<unknown, unknown>(Object.entries(said ?? {}));
  expect(facts.get('ansible_architecture')).toBeTypeOf('string');
  return ALL.filter((name) => facts.has(COSTLY[name as keyof typeof COSTLY]));
}

const READ: Readonly<Record<string, readonly [Reader, readonly string[]]>> = {
  nobody: [{}, []],
  'plain text': [{ tasks: '- debug: {msg: ansible_mounts}' }, []],
  'other facts': [{ tasks: '- debug: {msg: "{{ ansible_os_family }}{{ ansible_facts.kernel }}"}' }, []],
  'names of connections and of the run': [
    {
      tasks: '- debug: {msg: "{{ ansible_host | default(1) }}{{ ansible_check_mode }}{{ ansible_user | default(1) }}"}',
    },
    [],
  ],
  'a name': [{ tasks: '- debug: {msg: "{{ ansible_python_version }}"}' }, ['python']],
  'debug var': [{ tasks: '- debug: {var: ansible_mounts}' }, ['hardware']],
  'a condition': [{ tasks: '- debug:\n  when: ansible_processor_vcpus > 0' }, ['hardware']],
  'a key of ansible_facts': [{ tasks: '- debug: {msg: "{{ ansible_facts[\'default_ipv4\'] }}"}' }, ['network']],
  'an interface': [{ tasks: '- debug: {msg: "{{ ansible_lo.mtu }}"}' }, ['network']],
  'all facts': [{ tasks: '- debug: {msg: "{{ ansible_facts | length }}"}' }, ALL],
  'a key that is not known': [{ play: 'vars: {k: kernel}', tasks: '- debug: {msg: "{{ ansible_facts[k] }}"}' }, ALL],
  hostvars: [{ tasks: '- debug: {msg: "{{ hostvars[inventory_hostname].ansible_kernel }}"}' }, ALL],
  'hostvars, by a key that stands elsewhere': [
    {
      play: 'vars: {k: ansible_kernel}',
      tasks: '- debug: {msg: "{{ hostvars[inventory_hostname] | length }}{{ k }}"}',
    },
    ALL,
  ],
  'a lookup': [{ tasks: "- debug: {msg: \"{{ lookup('vars', 'ansible_kernel') }}\"}" }, ALL],
  'a later play': [
    { rest: '- hosts: all\n  gather_facts: false\n  tasks:\n    - debug: {var: ansible_mounts}' },
    ['hardware'],
  ],
  'a variable of the inventory': [
    { files: { 'group_vars/all.yml': 'x: "{{ ansible_python.version }}"\n' } },
    ['python'],
  ],
  'a template file': [
    { tasks: '- template: {src: a.j2, dest: "{{ out }}/a"}', files: { 'a.j2': '{{ ansible_interfaces }}\n' } },
    ['network'],
  ],
  'a template file that reads none': [
    { tasks: '- template: {src: a.j2, dest: "{{ out }}/a"}', files: { 'a.j2': '{{ ansible_distribution }}\n' } },
    [],
  ],
  'a template file in templates/ that includes another': [
    {
      tasks: '- template: {src: a.j2, dest: "{{ out }}/a"}',
      files: { 'templates/a.j2': "{% include 'b.j2' %}\n", 'templates/b.j2': '{{ ansible_interfaces }}\n' },
    },
    ALL,
  ],
  'a template file with a syntax of its own': [
    {
      tasks: '- template: {src: a.j2, dest: "{{ out }}/a", variable_start_string: "[[", variable_end_string: "]]"}',
      files: { 'a.j2': '[[ ansible_interfaces ]]\n' },
    },
    ALL,
  ],
  'a template file that says its syntax': [
    {
      tasks: '- template: {src: a.j2, dest: "{{ out }}/a"}',
      files: { 'a.j2': "#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n[[ ansible_interfaces ]]\n" },
    },
    ALL,
  ],
  'a template file of a name that is rendered': [
    {
      tasks: '- template: {src: "{{ x }}.j2", dest: "{{ out }}/a"}',
      play: 'vars: {x: a}',
      files: { 'a.j2': '{{ ansible_interfaces }}\n' },
    },
    ALL,
  ],
  'included tasks': [
    { tasks: '- include_tasks: more.yml', files: { 'more.yml': '- debug: {var: ansible_mounts}\n' } },
    ALL,
  ],
  'files of variables': [{ play: 'vars_files: [x.yml]', files: { 'x.yml': 'x: "{{ ansible_mounts }}"\n' } }, ALL],
  'a person, with -v': [{ settings: { verbosity: 1 } }, ALL],
  'a report or log': [{ settings: { resultsUnseen: false } }, ALL],
  'a fact cache': [{ settings: { factsKept: true } }, ALL],
  'a later setup that gathers for itself': [
    { play: 'gather_subset: [min]', tasks: '- setup:\n  register: s\n- debug: {var: s}' },
    [],
  ],
};

describe('of the facts that cost a program those are gathered that are read by', () => {
  it.each(Object.keys(READ))('%s', async (name) => {
    const [reader, expected] = READ[name];
    expect(await asked(reader)).toEqual(expected);
  });
});

it('a template that was changed meanwhile, and reads what was not gathered, fails by name', async () => {
  project = new Project({
    'site.yml': `- hosts: all
  gather_facts: true
  tasks:
    - copy: {dest: "{{ out }}/a.j2", content: "{{ '{{' }} ansible_mounts {{ '}}' }}"}
    - template: {src: a.j2, dest: "{{ out }}/a"}
`,
    'a.j2': '{{ ansible_kernel }}\n',
  });
  const ran = await play(project, { settings: { resultsUnseen: true } });
  expect(ran.outcome.failed).toEqual(['h1']);
  expect(ran.results('template')[0].result.msg).toContain('ansible_mounts was not gathered');
});

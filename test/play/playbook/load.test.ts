import { describe, expect, it } from 'vitest';
import { TemplateText, type Dict, type Value } from '../../../src/base/value.ts';
import { playbookLoader } from '../../../src/play/playbook/index.ts';
import { collected, inherited, type Block, type Node, type Play, type Task } from '../../../src/play/plan.ts';
import { world, type World } from './world.ts';

function plays(files: Record<string, string>, options: Parameters<typeof world>[1] = {}): Play[] {
  return playbookLoader.loadPlaybook('/p/site.yml', world(files, options).context);
}

function tasks(nodes: readonly Node[]): Task[] {
  return nodes.flatMap((node) =>
    node.kind === 'task' ? [node] : tasks([...node.tasks, ...node.rescue, ...node.always]),
  );
}

/** TemplateText as its source, so that literals can be compared. */
function plain(value: Value | undefined): unknown {
  if (value instanceof TemplateText) return `<${value.source}>`;
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Map ? Object.fromEntries([...value].map(([k, v]) => [String(k), plain(v)])) : value;
}

function one(task: string): Task {
  return tasks(
    plays({ '/p/site.yml': `- hosts: all\n  tasks:\n    - ${task.replaceAll('\n', '\n      ')}\n` })[0].tasks,
  )[0];
}

describe('forms of a task', () => {
  it.each<[string, string, unknown]>([
    ['command: touch x chdir=/y creates=z', 'command', { _raw_params: 'touch x', chdir: '/y', creates: 'z' }],
    ['shell: echo "a  b" x=1', 'shell', { _raw_params: 'echo "a  b" x=1' }],
    ['shell: |\n  a\n  b', 'shell', { _raw_params: 'a\nb\n' }],
    ['command: echo {{ a b }} chdir={{ d }}', 'command', { _raw_params: '<echo {{ a b }}>', chdir: '<{{ d }}>' }],
    ['command: {cmd: ls, chdir: /}', 'command', { _raw_params: 'ls', chdir: '/' }],
    ['{command: ls, args: {chdir: /}}', 'command', { _raw_params: 'ls', chdir: '/' }],
    ['copy: src=a dest="/b c" mode=0644', 'copy', { src: 'a', dest: '/b c', mode: '0644' }],
    ["copy: content='a\\nb' dest=x", 'copy', { content: 'a\nb', dest: 'x' }],
    ['ansible.builtin.copy: {src: a, dest: b, mode: 0644}', 'copy', { src: 'a', dest: 'b', mode: 420 }],
    ['ansible.legacy.command: ls', 'command', { _raw_params: 'ls' }],
    ['action: copy src=a dest=b', 'copy', { src: 'a', dest: 'b' }],
    ['action: {module: copy, src: a, dest: b}', 'copy', { src: 'a', dest: 'b' }],
    ['action: {module: command ls, args: {chdir: /}}', 'command', { _raw_params: 'ls', chdir: '/' }],
    ['set_fact: a=1 b={{ c }}', 'set_fact', { a: '1', b: '<{{ c }}>' }],
    ['debug:', 'debug', {}],
    ['meta: flush_handlers', 'meta', { _raw_params: 'flush_handlers' }],
    ['include_tasks: {file: "{{ x }}.yml"}', 'include_tasks', { _raw_params: '<{{ x }}.yml>' }],
    ['include_role: name=r tasks_from=t', 'include_role', { name: 'r', tasks_from: 't' }],
    ['{debug: {msg: a}, args: "{{ more }}"}', 'debug', { msg: 'a', _variable_params: '<{{ more }}>' }],
  ])('%s', (text, action, args) => {
    const task = one(text);
    expect([task.action, plain(task.args)]).toEqual([action, args]);
  });

  it('takes one template as all arguments', () => {
    for (const text of ['debug: "{{ d }}"', '{debug: , args: "{{ d }}"}']) {
      const { args } = one(text);
      expect(args).toBeInstanceOf(TemplateText);
      expect((args as TemplateText).source).toBe('{{ d }}');
    }
  });

  it('knows where arguments stand, in k=v text too', () => {
    const task = one('copy: src=a dest={{ foo }}');
    expect(task.argSpans.get('dest')).toEqual({ file: '/p/site.yml', line: 3, column: 19 });
    expect(((task.args as Dict).get('dest') as TemplateText).locate(3)).toEqual({ line: 3, column: 27 });
  });

  it('leaves !unsafe text alone', () => {
    expect(plain(one('command: !unsafe echo {{ a }}').args)).toEqual({ _raw_params: 'echo {{ a }}' });
  });

  it('local_action runs on the controller', () => {
    expect(one('local_action: command ls')).toMatchObject({ action: 'command', delegateTo: 'localhost' });
  });

  it('reads the keywords', () => {
    const task = one(
      [
        'name: n',
        'command: ls',
        'when: [a == 1, true]',
        'tags: a, b',
        'notify: h',
        'register: out',
        'until: out.rc == 0',
        'retries: 3',
        'delay: 1',
        'changed_when: false',
        'failed_when: ["x", "y"]',
        'with_items: [1, 2]',
        'loop_control: {loop_var: i, label: "{{ i }}"}',
        'become: yes',
        'environment: {A: b}',
        'delegate_to: h2',
        'vars: {v: 1}',
        'module_defaults: {group/x: {a: 1}}',
      ].join('\n'),
    );
    const condition = (value: unknown): unknown => (value instanceof TemplateText ? value.source : value);
    expect(task.when?.map(condition)).toEqual(['a == 1', true]);
    expect(((task.when ?? [])[0] as TemplateText).locate(5)).toEqual({ line: 5, column: 19 });
    expect([task.until, task.changedWhen, task.failedWhen].map((list) => list?.map(condition))).toEqual([
      ['out.rc == 0'],
      [false],
      ['x', 'y'],
    ]);
    expect(task).toMatchObject({ name: 'n', tags: ['a', 'b'], notify: ['h'], register: 'out', retries: 3, delay: 1 });
    expect(task).toMatchObject({ become: true, delegateTo: 'h2', loop: { kind: 'items', value: [1, 2] } });
    expect(plain(task.loopControl?.label)).toBe('<{{ i }}>');
    expect([task.environment, task.moduleDefaults, task.vars].map((value) => plain(value as Value))).toEqual([
      [{ A: 'b' }],
      [{ 'group/x': { a: 1 } }],
      { v: 1 },
    ]);
  });
});

describe('plays, blocks and imports', () => {
  it('keeps blocks with their parts and hands notify down', () => {
    const [play] = plays({
      '/p/site.yml':
        '- hosts: all\n  become: true\n  tasks:\n    - name: b\n      block: [{command: a}]\n      rescue: [{command: r}]\n      always: [{command: z, notify: own}]\n      notify: h\n      tags: t\n',
    });
    const block = play.tasks[0] as Block;
    expect([block.kind, block.implicit, block.name]).toEqual(['block', false, 'b']);
    expect([block.tasks, block.rescue, block.always].map((part) => tasks(part)[0].notify)).toEqual([
      ['h'],
      ['h'],
      ['own'],
    ]);
    expect(inherited(block.tasks[0], 'become')).toBe(true);
    expect(collected(block.tasks[0], 'tags')).toEqual([['t']]);
  });

  it('imports tasks into a frame; names may use play vars, vars_files and extra vars', () => {
    const [play] = plays(
      {
        '/p/site.yml':
          '- hosts: all\n  vars: {dir: sub}\n  vars_files: [v.yml]\n  tasks:\n    - import_tasks: "{{ dir }}/{{ name }}.yml"\n      tags: t\n      when: w\n      vars: {x: 1}\n',
        '/p/v.yml': 'name: wrong\n',
        '/p/sub/a.yml': '- import_tasks: b.yml\n- command: a\n',
        '/p/sub/b.yml': '- command: b\n',
      },
      { vars: { name: 'a' } },
    );
    const frame = play.tasks[0] as Block;
    expect([frame.implicit, frame.tags, plain(frame.vars)]).toEqual([true, ['t'], { x: 1 }]);
    expect(tasks([frame]).map((task) => [(task.args as Dict).get('_raw_params'), task.folder])).toEqual([
      ['b', '/p/sub'],
      ['a', '/p/sub'],
    ]);
    expect(collected(tasks([frame])[0], 'when')).toHaveLength(1);
  });

  it('imports playbooks with tags, vars and when', () => {
    const found = plays({
      '/p/site.yml': '- import_playbook: sub/x.yml\n  tags: [t]\n  when: w\n  vars: {a: 1}\n- hosts: b\n',
      '/p/sub/x.yml': '- hosts: a\n  vars: {a: 0, b: 2}\n  tags: own\n',
    });
    expect(found.map((play) => [play.hosts, play.folder, play.tags])).toEqual([
      ['a', '/p/sub', ['own', 't']],
      ['b', '/p', undefined],
    ]);
    expect(plain(found[0].vars)).toEqual({ a: 1, b: 2 });
    expect(found[0].when).toHaveLength(1);
  });

  it('reads play keywords and prompts', () => {
    const [play] = plays({
      '/p/site.yml':
        '- name: n\n  hosts: [a, b]\n  gather_facts: no\n  serial: [1, "30%"]\n  user: me\n  max_fail_percentage: 10\n  vars_prompt:\n    - {name: pw, prompt: P, private: no}\n  handlers: [{name: h, command: x, listen: topic}]\n',
    });
    expect(play).toMatchObject({
      name: 'n',
      hosts: ['a', 'b'],
      gatherFacts: false,
      serial: [1, '30%'],
      remoteUser: 'me',
    });
    expect(play.varsPrompt).toMatchObject([{ name: 'pw', prompt: 'P', private: false, confirm: false }]);
    expect(play.handlers).toMatchObject([{ kind: 'task', isHandler: true, listen: ['topic'] }]);
  });
});

const ROLE: Record<string, string> = {
  '/p/site.yml':
    '- hosts: all\n  roles:\n    - {role: web, http_port: 80, tags: t, when: w, vars: {a: use, b: use}}\n  handlers: [{name: own, command: x}]\n',
  '/p/roles/web/meta/main.yml': 'dependencies:\n  - {role: base, level: 1}\n',
  '/p/roles/web/defaults/main.yml': 'd: 1\n',
  '/p/roles/web/vars/main/one.yml': 'a: file\n',
  '/p/roles/web/vars/main/two.yaml': 'c: file\n',
  '/p/roles/web/tasks/main.yml': '- import_tasks: more.yml\n- command: web\n',
  '/p/roles/web/tasks/more.yml': '- command: more\n',
  '/p/roles/web/handlers/main.yml': '- {name: hw, command: h}\n',
  '/r/base/tasks/main.json': '[{"command": "base"}]',
  '/r/base/handlers/main.yml': '- {name: hb, command: h}\n',
};

describe('roles', () => {
  it('come with dependencies, variables, handlers and the keywords of the use', () => {
    const [play] = plays(ROLE, { rolesPath: ['/r'] });
    expect(play.roles.map(({ name, path }) => [name, path])).toEqual([
      ['base', '/r/base'],
      ['web', '/p/roles/web'],
    ]);
    const [base, web] = play.roles;
    expect([web.defaults, web.vars, web.params, base.params].map(plain)).toEqual([
      { d: 1 },
      { a: 'file', b: 'use', c: 'file' },
      { http_port: 80 },
      { level: 1 },
    ]);
    expect([web.dependencies, base.parents]).toEqual([[base], [web]]);
    const all = tasks(play.roleTasks);
    expect(all.map((task) => [task.role?.name, (task.args as Dict).get('_raw_params')])).toEqual([
      ['base', 'base'],
      ['web', 'more'],
      ['web', 'web'],
    ]);
    expect(all.map((task) => [collected(task, 'tags').flat(), collected(task, 'when').flat().length])).toEqual(
      all.map(() => [['t'], 1]),
    );
    expect(play.handlers.map(({ name }) => name)).toEqual(['own', 'hb', 'hw']);
  });

  it('share a RoleRef between equal uses only', () => {
    const site = '- hosts: all\n  roles: [r, r, {role: r, x: 1}]\n';
    const [play] = plays({ '/p/site.yml': site, '/p/roles/r/tasks/main.yml': '- command: a\n' });
    const refs = tasks(play.roleTasks).map((task) => task.role);
    expect([refs[0] === refs[1], refs[0] === refs[2], play.roles.length]).toEqual([true, false, 2]);
  });

  it('are imported with files of another name', () => {
    const [play] = plays({
      '/p/site.yml':
        '- hosts: all\n  tasks:\n    - import_role: {name: r, tasks_from: other.yml, vars_from: v}\n      tags: t\n',
      '/p/roles/r/tasks/other.yml': '- command: a\n',
      '/p/roles/r/vars/v.yml': 'x: 1\n',
      '/p/roles/r/handlers/main.yml': '- {name: h, command: x}\n',
    });
    const [task] = tasks(play.tasks);
    expect([plain(task.role?.vars), collected(task, 'tags')]).toEqual([{ x: 1 }, [['t']]]);
    expect(play.handlers.map(({ name }) => name)).toEqual(['h']);
  });

  it('have their arguments checked first', () => {
    const specs = 'argument_specs:\n  main:\n    short_description: s\n    options: {port: {type: int}}\n';
    const [play] = plays({ ...ROLE, '/p/roles/web/meta/argument_specs.yml': specs }, { rolesPath: ['/r'] });
    const task = tasks(play.roleTasks).find(({ action }) => action === 'validate_argument_spec');
    expect(task).toMatchObject({ name: "Validating arguments against arg spec 'main' - s", tags: ['always'] });
    expect(plain((task as Task & { args: Dict }).args.get('argument_spec'))).toEqual({ port: { type: 'int' } });
    expect(play.roles[1].argumentSpecs?.has('main')).toBe(true);
  });
});

describe('at run time', () => {
  function start(files: Record<string, string>): { found: World; play: Play } {
    const found = world({ '/p/site.yml': '- hosts: all\n', ...files });
    return { found, play: playbookLoader.loadPlaybook('/p/site.yml', found.context)[0] };
  }

  it('loadTasks gives a frame with apply', () => {
    const { found, play } = start({
      '/p/t.yml': '- command: a\n- import_role: {name: r}\n',
      '/p/roles/r/tasks/main.yml': '- command: r\n',
    });
    const block = playbookLoader.loadTasks('/p/t.yml', found.context, { parent: play, apply: { tags: ['x'] } });
    expect([block.implicit, block.parent === play, block.tags]).toEqual([true, true, ['x']]);
    expect(tasks([block]).map((task) => task.role?.name)).toEqual([undefined, 'r']);
    expect(play.roles.map(({ name }) => name)).toEqual(['r']);
    expect(() => playbookLoader.loadTasks('/p/no.yml', found.context, { parent: play })).toThrow(
      "Could not find or access '/p/no.yml'",
    );
  });

  it('loadRole gives the role and its frame', () => {
    const { found, play } = start({ '/p/roles/r/tasks/x.yml': '- command: a\n' });
    const span = { file: 'f', line: 1, column: 1 };
    const loaded = playbookLoader.loadRole('r', found.context, { parent: play, tasksFrom: 'x', span, folder: '/p' });
    expect([loaded.role.name, loaded.role.allowDuplicates, loaded.block.role === loaded.role]).toEqual([
      'r',
      true,
      true,
    ]);
    expect(tasks([loaded.block])).toHaveLength(1);
  });

  it('loadVars reads dicts only', () => {
    const { context } = world({ '/v.yml': 'a: {b: 1}\n', '/e.yml': '', '/l.yml': '[1]\n', '/v.json': '{"a": 1}' });
    expect(plain(playbookLoader.loadVars('/v.yml', context))).toEqual({ a: { b: 1 } });
    expect(plain(playbookLoader.loadVars('/v.json', context))).toEqual({ a: 1 });
    expect(playbookLoader.loadVars('/e.yml', context).size).toBe(0);
    expect(() => playbookLoader.loadVars('/l.yml', context)).toThrow('must hold a dictionary of variables, not a list');
  });
});

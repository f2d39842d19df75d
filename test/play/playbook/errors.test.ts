import { describe, expect, it } from 'vitest';
import { formatError, ToaError } from '../../../src/base/errors.ts';
import { mistakesOf, playbookLoader } from '../../../src/play/playbook/index.ts';
import { world } from './world.ts';

function failure(site: string, files: Record<string, string> = {}): ToaError {
  try {
    playbookLoader.loadPlaybook('/p/site.yml', world({ '/p/site.yml': site, ...files }).context);
  } catch (error) {
    if (error instanceof ToaError) return error;
    throw error;
  }
  throw new Error('no error came');
}

function task(text: string): string {
  return `- hosts: all\n  tasks:\n    - ${text}\n`;
}

describe('mistakes in playbooks', () => {
  it('shows the place of an unknown keyword and where it belongs', () => {
    expect(formatError(failure('- hosts: all\n  notfy: x\n'))).toBe(
      [
        "E_PLAY_KEYWORD: 'notfy' is not a valid attribute for a Play",
        '  at /p/site.yml:2:3',
        '      notfy: x',
        '      ^',
        '  remedy: notify is a keyword of: Block, Task, Handler',
      ].join('\n'),
    );
  });

  it.each<[string, string, string, RegExp, number, number]>([
    ['no hosts', '- tasks: []\n', 'E_PLAY_HOSTS', /^the field 'hosts' is required but was not set$/, 1, 3],
    ['empty hosts', '- hosts:\n', 'E_PLAY_HOSTS', /^Hosts list cannot be empty\./, 1, 9],
    ['a None host', '- hosts: [a, ]\n  tasks: [{command: x, whne: y}]\n', 'E_PLAY_KEYWORD', /'whne'/, 2, 24],
    ['a dict for hosts', '- hosts: {a: 1}\n', 'E_PLAY_HOSTS', /must be a sequence or string/, 1, 10],
    ['empty file', '', 'E_PLAY_STRUCTURE', /^Empty playbook, nothing to do: \/p\/site.yml$/, 1, 1],
    ['a dict', 'hosts: all\n', 'E_PLAY_STRUCTURE', /must be a list of plays, got a dict instead/, 1, 1],
    ['no play', '[]\n', 'E_PLAY_STRUCTURE', /must contain at least one play/, 1, 1],
    ['text as a play', '- hello\n', 'E_PLAY_STRUCTURE', /must be either valid plays/, 1, 3],
    ['old include', '- include: x.yml\n', 'E_PLAY_KEYWORD', /'include' is not a valid attribute for a Play/, 1, 3],
    ['tasks as a dict', '- hosts: a\n  tasks: {command: x}\n', 'E_PLAY_STRUCTURE', /malformed block/, 2, 10],
    ['unknown verb', task('coppy: {src: a}'), 'E_PLAY_VERB', /couldn't resolve module\/action 'coppy'/, 3, 7],
    [
      'two verbs',
      task('{command: a, shell: b}'),
      'E_PLAY_ACTION',
      /conflicting action statements: command, shell/,
      3,
      20,
    ],
    ['no verb', task('name: x'), 'E_PLAY_ACTION', /no module\/action detected/, 3, 7],
    ['text as a task', task('hello'), 'E_PLAY_VALUE', /a task must be a dictionary, not str/, 3, 7],
    ['task keyword', task('{command: a, no_such_keyword: 1}'), 'E_PLAY_KEYWORD', /'no_such_keyword'.*a Task/, 3, 20],
    ['sudo', task('{command: a, sudo: true}'), 'E_PLAY_KEYWORD', /'sudo' is not a valid attribute/, 3, 20],
    ['static', task('{include_tasks: a.yml, static: true}'), 'E_PLAY_KEYWORD', /'static' is not a valid/, 3, 30],
    ['argument', task('{copy: {srcc: a, dest: b}}'), 'E_PLAY_ARGUMENT', /\(copy\) module: srcc/, 3, 15],
    ['k=v argument', task('copy: dest=b scr=a'), 'E_PLAY_ARGUMENT', /\(copy\) module: scr/, 3, 20],
    ['extra text', task('copy: dest=b junk'), 'E_PLAY_ARGUMENT', /'copy' has extra params/, 3, 7],
    ['open quote', task('command: echo "a'), 'E_PLAY_ARGUMENT', /failed at splitting arguments/, 3, 16],
    ['cmd twice', task('{command: ls, args: {cmd: pwd}}'), 'E_PLAY_ARGUMENT', /'cmd' argument cannot be used/, 3, 8],
    [
      'list as arguments',
      task('{command: [a]}'),
      'E_PLAY_ARGUMENT',
      /unexpected parameter type in action: list/,
      3,
      17,
    ],
    ['two loops', task('{command: a, loop: [1], with_items: [2]}'), 'E_PLAY_LOOP', /duplicate loop/, 3, 31],
    ['unknown with_', task('{command: a, with_nothing: [2]}'), 'E_PLAY_KEYWORD', /'with_nothing'/, 3, 20],
    ['loop_control', task('{command: a, loop_control: {lop_var: x}}'), 'E_PLAY_KEYWORD', /LoopControl/, 3, 35],
    ['register', task('{command: a, register: a-b}'), 'E_PLAY_VARIABLE_NAME', /'a-b'/, 3, 30],
    [
      'vars name',
      task('{command: a, vars: {a-b: 1}}'),
      'E_PLAY_VARIABLE_NAME',
      /'a-b' is not a valid variable name/,
      3,
      27,
    ],
    ['dict condition', task('{command: a, when: {a: b}}'), 'E_PLAY_VALUE', /'when' must be a condition/, 3, 26],
    [
      'import loop',
      task('{import_tasks: a.yml, loop: [1]}'),
      'E_PLAY_IMPORT',
      /cannot use loops on 'import_tasks'/,
      3,
      35,
    ],
    ['undefined import', task('import_tasks: "{{ nope }}.yml"'), 'E_PLAY_IMPORT', /'nope' is undefined/, 3, 7],
    ['missing import', task('import_tasks: a.yml'), 'E_FILE_NOT_FOUND', /'a.yml'/, 3, 7],
    [
      'include option',
      task('include_tasks: {file: a, foo: 1}'),
      'E_PLAY_ARGUMENT',
      /Invalid options for include_tasks: foo/,
      3,
      32,
    ],
    ['include keyword', task('{include_tasks: a.yml, become: true}'), 'E_PLAY_KEYWORD', /'become'.*TaskInclude/, 3, 30],
    ['include_role name', task('include_role: {tasks_from: a}'), 'E_PLAY_INCLUDE', /'name' is a required field/, 3, 7],
    ['rescue alone', task('{rescue: [{command: a}]}'), 'E_PLAY_STRUCTURE', /needs 'block'/, 3, 7],
    ['role entry', '- hosts: a\n  roles: [{when: x}]\n', 'E_PLAY_ROLE', /must contain a role name/, 2, 11],
    ['prompt', '- hosts: a\n  vars_prompt: [{promt: x}]\n', 'E_PLAY_VALUE', /missing 'name' key/, 2, 17],
  ])('%s', (_name, site, code, message, line, column) => {
    const error = failure(site);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.details.span).toEqual({ file: '/p/site.yml', line, column });
  });

  it('reports unknown verbs, keywords and arguments of all files in one go', () => {
    const error = failure('- hosts: all\n  tasks:\n    - import_tasks: a.yml\n    - serivce: {name: x}\n', {
      '/p/a.yml': '- copy: {content: x, dst: /x}\n- command: ls\n  notfy: x\n',
    });
    expect(error.code).toBe('E_PLAY_ERRORS');
    expect(mistakesOf(error).map((one) => [one.code, one.details.span?.file, one.details.span?.line])).toEqual([
      ['E_PLAY_ARGUMENT', '/p/a.yml', 1],
      ['E_PLAY_KEYWORD', '/p/a.yml', 3],
      ['E_PLAY_VERB', '/p/site.yml', 4],
    ]);
    expect(error.message).toContain('Did you mean notify?');
  });

  it('names all places where a role was looked for', () => {
    const { context } = world({ '/p/site.yml': '- hosts: a\n  roles: [nope]\n' }, { rolesPath: ['/etc/roles'] });
    expect(() => playbookLoader.loadPlaybook('/p/site.yml', context)).toThrow(
      "the role 'nope' was not found in /p/roles:/etc/roles:/p",
    );
  });

  it('finds circles of imports and of roles', () => {
    expect(failure(task('import_tasks: a.yml'), { '/p/a.yml': '- import_tasks: a.yml\n' }).code).toBe('E_PLAY_CYCLE');
    expect(failure('- import_playbook: site.yml\n').code).toBe('E_PLAY_CYCLE');
    const role = { '/p/roles/r/meta/main.yml': 'dependencies: [r]\n', '/p/roles/r/tasks/main.yml': '' };
    expect(failure('- hosts: a\n  roles: [r]\n', role).message).toMatch(/^A recursion loop was detected/);
  });
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { play, Project, type Ran } from './support.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

async function run(tasks: string): Promise<Ran> {
  project = new Project({
    'site.yml': `
- hosts: all
  gather_facts: false
  vars:
    x: 3
    nm: x
    literal: x == 3
    made: "{{ x }} == 3"
    twice: "{{ literal }}"
    of_rc: "{{ res.rc }} == 0"
    of_out: "{{ res.stdout }}"
    list: ['x == 3', 'x == 4']
    one: ['x == 3']
  tasks:
    - shell: |
        cat <<'END'
        lookup('pipe', 'touch {{ playbook_dir }}/canary')
        END
      register: res
${tasks.replace(/^/gm, '    ')}
`,
  });
  const ran = await play(project);
  expect(existsSync(join(project.folder, 'canary'))).toBe(false);
  return ran;
}

const UNSAFE = 'Conditional is marked as unsafe, and cannot be evaluated.';

describe("a host's words are never evaluated", () => {
  it.each([
    'when: "{{ res.stdout }}"',
    'when: "{{ res.stdout }} or x == 3"',
    `when: "'{{ res.stdout }}' == 'x'"`,
    'when: "{{ res.stdout | trim }}"',
    `when: "{{ 'not ' + res.stdout }}"`,
    'when: "{{ of_out }}"',
    'when: "{% set y = res.stdout %}{{ y }}"',
    'when: "{% for y in res.stdout_lines %}{{ y }}{% endfor %}"',
    'when: "{% macro m(y) %}{{ y }}{% endmacro %}{{ m(res.stdout) }}"',
    `when: "{{ hostvars[inventory_hostname].res.stdout }}"`,
    `when: "{{ vars.res.stdout }}"`,
    `when: "{{ lookup('vars', 'res').stdout }}"`,
    `when: "{{ lookup('file', playbook_dir + '/site.yml') }}"`,
    'changed_when: "{{ res.stdout }}"',
    'failed_when: "{{ res.stdout }}"',
    'until: "{{ res.stdout }}"\n  retries: 1\n  delay: 0',
    'when: "{{ item }}"\n  loop: "{{ res.stdout_lines }}"',
    'when: "{{ item }}"\n  loop: ["{{ res.stdout }}"]',
  ])('by %s', async (keyword) => {
    const ran = await run(`- name: it\n  debug: msg=ran\n  ${keyword}`);
    expect(JSON.stringify(ran.results('it')[0].result)).toContain(UNSAFE);
    expect(ran.results('it')[0].status).toBe('failed');
  });

  it.each(['"{{ res.stdout }}"', '"{{ res.stdout_lines }}"', '["{{ res.stdout }}"]', '"{{ of_out }}"'])(
    'by assert that: %s',
    async (that) => {
      const ran = await run(`- name: it\n  assert: {that: ${that}}`);
      expect(String(ran.results('it')[0].result.msg)).toContain(UNSAFE);
    },
  );

  it.each(['"{{ res.stdout }}"', '"{{ of_out }}"', '"{{ res.stdout | trim }}"'])('by debug var: %s', async (name) => {
    const { result } = (await run(`- name: it\n  debug: {var: ${name}}`)).results('it')[0];
    const said = Object.keys(result).find((key) => key.startsWith('lookup')) ?? '';
    expect(result[said]).toBe(`{{${said}}}`);
  });

  it('by arguments that come out of a template as a whole', async () => {
    const evil = `{{ dict([['KEY', res.stdout]]) }}`;
    for (const [verb, key] of [
      ['debug', 'var'],
      ['assert', 'that'],
    ]) {
      await run(`- name: it\n  ${verb}:\n  args: "${evil.replace('KEY', key)}"\n  ignore_errors: true`);
      project?.remove();
    }
    const named = await run(`- name: it
  set_fact:
  args: "{{ dict([['{' + '{ ' + res.stdout + ' }' + '}', 1]]) }}"
  ignore_errors: true`);
    expect(named.results('it')[0].status).toBe('failed');
  });

  it('by a fact that was made of them, or by variables of an include', async () => {
    const ran = await run(`
- set_fact: {sf: "{{ res.stdout }}"}
- name: it
  debug: msg=ran
  when: "{{ sf }}"`);
    expect(JSON.stringify(ran.results('it')[0].result)).toContain(UNSAFE);
  });
});

describe('what the user wrote is evaluated, also where it comes out of a template', () => {
  it.each([
    ['when: literal', true],
    ['when: "{{ literal }}"', true],
    ['when: "{{ made }}"', true],
    ['when: "{{ twice }}"', true],
    ['when: "{{ x }} == 4"', false],
    ['when: "{{ res.rc }} == 0"', true],
    ['when: "{{ of_rc }}"', true],
    ['when: "{{ res.rc == 0 }}"', true],
    ['when: "{{ res.stdout | length }} > 2"', true],
    ['when: "{{ res.changed }}"', true],
    ['when: "res.stdout"', true],
    [`when: "'{{ inventory_hostname }}' == 'h1'"`, true],
    ['when: "{{ item }}"\n  loop: ["x == 3"]', true],
    ['when: "{{ item }}"\n  loop: "{{ one }}"', true],
  ])('%s', async (keyword, runs) => {
    const ran = await run(`- name: it\n  debug: msg=ran\n  ${keyword}`);
    expect(ran.results('it')[0].status).toBe(runs ? 'ok' : 'skipped');
  });

  it('assert, debug, set_fact', async () => {
    const ran = await run(`
- {name: a, assert: {that: "{{ list }}"}, ignore_errors: true}
- {name: b, assert: {that: ["x == 3", "{{ literal }}", true]}}
- {name: c, debug: {var: "{{ nm }}"}}
- {name: d, debug: {var: x + 1}}
- {name: e, debug: {var: res.rc}}
- set_fact: {sf: x == 3, "k{{ x }}": 1}
- {name: f, debug: {msg: "{{ k3 }}"}, when: "{{ sf }}"}
- {name: g, debug: {var: nothing}}`);
    expect(ran.results('a')[0].result).toMatchObject({ failed: true, assertion: 'x == 4' });
    expect(ran.results('b')[0].status).toBe('ok');
    expect(ran.results('c')[0].result).toMatchObject({ x: 3 });
    expect(ran.results('d')[0].result).toMatchObject({ 'x + 1': 4 });
    expect(ran.results('e')[0].result).toMatchObject({ 'res.rc': 0 });
    expect(ran.results('f')[0].status).toBe('ok');
    expect(ran.results('g')[0].result).toMatchObject({ nothing: 'VARIABLE IS NOT DEFINED!' });
  });
});

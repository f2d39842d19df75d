import { afterEach, describe, expect, it } from 'vitest';
import { play, Project, type Ran } from './support.ts';

let project: Project;
afterEach(() => project.remove());

function run(site: string, options?: Parameters<typeof play>[1]): Promise<Ran> {
  project = new Project({ 'site.yml': site });
  return play(project, options);
}

describe('a play', () => {
  it('runs debug, set_fact and command and registers', async () => {
    const ran = await run(`
- hosts: all
  gather_facts: false
  tasks:
    - set_fact: {a: 1, b: "x{{ 1 + 1 }}"}
    - name: say
      debug: {msg: "{{ a }} {{ b }}"}
    - command: echo hello {{ b }}
      register: r
    - name: result
      debug: {msg: "{{ r.stdout }} {{ r.rc }} {{ r is changed }} {{ r.stdout_lines }}"}
    - name: not run
      command: "false"
      when: a == 2
`);
    expect(ran.results('say')[0].result.msg).toBe('1 x2');
    expect(ran.results('result')[0].result.msg).toBe("hello x2 0 True ['hello x2']");
    expect(ran.recap('h1')).toBe('4 1 0 0 1 0 0');
    expect(ran.outcome.exitCode).toBe(0);
  });
});

describe('verbs of the controller', () => {
  it('runs a script of files/ with its arguments, once where creates says so', async () => {
    project = new Project({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: first
      script: hello.sh "a b" c
      args: {creates: "{{ out }}/made", chdir: "{{ out }}"}
    - name: second
      script: hello.sh
      args: {creates: "{{ out }}/made"}
    - name: raw
      raw: echo $((1 + 2)); exit 3
      ignore_errors: true
`,
      'files/hello.sh': '#!/bin/sh\necho "$1|$2|$(pwd)"\ntouch made\n',
    });
    const ran = await play(project);
    expect(ran.results('first')[0].result.stdout).toBe(`a b|c|${project.folder}\n`);
    expect(ran.results('second')[0].result.msg).toContain('matching creates option');
    expect(ran.results('raw')[0].result).toMatchObject({ rc: 3, stdout_lines: ['3'], msg: 'non-zero return code' });
    expect(ran.recap('h1')).toBe('2 2 0 0 1 0 1');
  });

  it('answers pings, waits for files and texts, gives up in time', async () => {
    const ran = await run(`
- hosts: all
  gather_facts: false
  tasks:
    - name: ping
      ping:
    - name: text
      wait_for: {path: "{{ out }}/site.yml", search_regex: 'name: (p\\w+)', timeout: 5}
    - name: late
      wait_for: {path: "{{ out }}/none", timeout: 1}
      ignore_errors: true
    - name: shut
      wait_for: {port: 1, state: stopped, timeout: 3}
    - name: reach
      wait_for_connection: {timeout: 5}
`);
    expect(ran.results('ping')[0].result['ping']).toBe('pong');
    expect(ran.results('text')[0].result['match_groups']).toEqual(['ping']);
    expect(ran.results('late')[0].result.msg).toBe(`Timeout when waiting for file ${project.folder}/none`);
    expect(ran.recap('h1')).toBe('5 0 0 0 0 0 1');
  });
});

describe('a run', () => {
  it('counts an unreachable host once, goes on with the others and ends with 4', async () => {
    const ran = await run(
      `
- hosts: all
  gather_facts: false
  connection: "{{ 'ssh' if inventory_hostname == 'gone' else 'local' }}"
  port: 1
  tasks:
    - command: echo one
      vars: {ansible_host: 127.0.0.1}
    - command: test {{ inventory_hostname }} = h1
- hosts: all
  gather_facts: false
  tasks:
    - debug:
`,
      { hosts: 'h1,h2,gone,' },
    );
    expect(ran.recap('gone')).toBe('0 0 1 0 0 0 0');
    expect(ran.recap('h2')).toBe('1 1 0 1 0 0 0');
    expect(ran.recap('h1')).toBe('3 2 0 0 0 0 0');
    expect(ran.outcome.exitCode).toBe(4);
    expect(ran.outcome.unreachable).toEqual(['gone']);
  });

  it('stops calmly when interrupted and says what was cut off', async () => {
    project = new Project({
      'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - name: long
      command: sleep 30
    - name: never
      command: touch {{ out }}/never
`,
    });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 500);
    const begun = Date.now();
    const ran = await play(project, { override: { signal: abort.signal } });
    expect(Date.now() - begun).toBeLessThan(8000);
    expect(ran.outcome).toMatchObject({ exitCode: 99, interrupted: true });
    expect(ran.results('long')[0].result.code).toBe('E_INTERRUPTED');
    expect(ran.tasks).toEqual(['long']);
  });
});

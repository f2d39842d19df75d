import { afterEach, expect, it } from 'vitest';
import { play, Project, type Ran } from './support.ts';

let project: Project;
afterEach(() => project.remove());

function run(tasks: string): Promise<Ran> {
  project = new Project({ 'site.yml': `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}` });
  return play(project);
}

const said = (ran: Ran, name: string): unknown => ran.results(name)[0].result.msg;

it('later items of a loop see the facts of earlier ones', async () => {
  const ran = await run(`
    - set_fact: {sums: "{{ sums | default([]) + [item * 2] }}"}
      loop: [1, 2, 3]
    - name: say
      debug: {msg: "{{ sums | join(',') }}"}
`);
  expect(said(ran, 'say')).toBe('2,4,6');
});

it('a mistake in an item ends the loop; the registered result has no results', async () => {
  const ran = await run(`
    - name: looped
      command: touch {{ out }}/{{ item.name }}
      loop: [{name: a}, {nam: b}, {name: c}]
      register: r
      ignore_errors: true
    - name: say
      debug: {msg: "{{ r is failed }} {{ r.results is defined }}"}
    - name: third
      stat: {path: "{{ out }}/c"}
`);
  expect(said(ran, 'say')).toBe('True False');
  expect(ran.results('third')[0].result['stat']).toMatchObject({ exists: false });
});

it('tasks know the address of their host, or of the delegate', async () => {
  const ran = await run(`
    - name: own
      debug: {msg: "{{ ansible_host }} {{ ansible_connection }} {{ hostvars[inventory_hostname].ansible_host is defined }}"}
    - name: delegated
      debug: {msg: "{{ ansible_host }}"}
      delegate_to: other.example
`);
  expect(said(ran, 'own')).toBe('h1 local False');
  expect(said(ran, 'delegated')).toBe('other.example');
});

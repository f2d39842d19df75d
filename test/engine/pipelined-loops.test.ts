import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.ts';
import { RemoteSessions } from './remote-session.ts';
import { play, Project, type Ran } from './support.ts';

let project: Project;
let remote: RemoteSessions;
beforeEach(() => (remote = new RemoteSessions()));
afterEach(() => project.remove());

function run(tasks: string): Promise<Ran> {
  project = new Project({ 'site.yml': `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}` });
  return play(project, { override: { openSession: remote.open } });
}

const items = ({ events }: Ran): string[] =>
  events.flatMap((event: EngineEvent) => (event.type === 'host-item' ? [`${event.label} ${event.status}`] : []));
const said = (ran: Ran, name: string): unknown => ran.results(name)[0].result.msg;

it('sends the items together and takes their results in order, failed ones too', async () => {
  const ran = await run(`
    - command: sh -c 'exit {{ item }}'
      loop: [0, 3, 0, 0]
      register: r
      failed_when: r.rc == 3
      ignore_errors: true
    - name: say
      debug: {msg: "{{ r.results | map(attribute='rc') | join(',') }} {{ r.msg }}"}
`);
  expect(items(ran)).toEqual(['0 changed', '3 failed', '0 changed', '0 changed']);
  expect(said(ran, 'say')).toBe('0,3,0,0 One or more items failed');
  expect(remote.most).toBeGreaterThan(1);
});

it('skips items, and has no more than a window of them on their way', async () => {
  // the others are sent while the first one sleeps
  const ran = await run(`
    - command: sh -c '{{ "sleep 1;" if item == 0 else "" }} echo {{ item }}'
      loop: "{{ range(300) | list }}"
      when: item is even
      register: r
    - name: say
      debug: {msg: "{{ r.results | selectattr('stdout', 'defined') | map(attribute='stdout') | map('int') | sum }}"}
`);
  expect(items(ran).slice(0, 3)).toEqual(['0 changed', '1 skipped', '2 changed']);
  expect(said(ran, 'say')).toBe('22350');
  expect(remote.most).toBeGreaterThan(20);
  expect(remote.most).toBeLessThanOrEqual(128);
});

it('an item that reads the result of an earlier one waits for it', async () => {
  const ran = await run(`
    - command: echo {{ (r.stdout | default('-')) ~ item }}
      loop: [a, b, c]
      register: r
    - name: say
      debug: {msg: "{{ r.results | map(attribute='stdout') | join(' ') }}"}
    - command: echo {{ item }}
      loop: [a, b, c]
      register: s
      when: s is undefined or s.stdout != 'b'
    - name: skipped
      debug: {msg: "{{ s.results | map(attribute='skipped', default=false) | join(' ') }}"}
`);
  expect(said(ran, 'say')).toBe('-a -ab -abc');
  expect(said(ran, 'skipped')).toBe('False False True');
  expect(remote.most).toBe(1);
});

it('a mistake in an item ends the loop behind those before it', async () => {
  const ran = await run(`
    - name: looped
      command: touch {{ out }}/{{ item.name }}
      loop: [{name: a}, {name: b}, {nam: c}, {name: d}]
      ignore_errors: true
    - name: say
      command: ls {{ out }}
      register: r
    - name: said
      debug: {msg: "{{ r.stdout_lines | join(' ') }}"}
`);
  expect(items(ran)).toHaveLength(2);
  expect(said(ran, 'said')).toBe('a b site.yml');
});

it('edits of one file follow one another', async () => {
  await run(`
    - lineinfile: {path: "{{ out }}/list", line: "{{ item }}", create: true}
      loop: [a, b, c, d]
`);
  expect(project.read('list')).toBe('a\nb\nc\nd\n');
});

it('waits between items that pause, are tried again or have a time limit', async () => {
  await run(`
    - command: echo {{ item }}
      loop: [1, 2]
      loop_control: {pause: 0.01}
    - command: echo {{ item }}
      loop: [1, 2]
      until: true
    - command: echo {{ item }}
      loop: [1, 2]
      timeout: 60
`);
  expect(remote.calls).toHaveLength(6);
  expect(remote.most).toBe(1);
});

import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/engine/options.ts';
import { RemoteSessions } from './remote-session.ts';
import { play, Project, type Ran } from './support.ts';

let project: Project | undefined;
let remote: RemoteSessions;
afterEach(() => project?.remove());

function run(
  tasks: string,
  rest = '',
  override: Partial<RunOptions> = {},
  files: Record<string, string> = {},
): Promise<Ran> {
  project?.remove();
  project = new Project({ ...files, 'site.yml': `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}${rest}` });
  remote = new RemoteSessions();
  const settings = { target: { connection: 'ssh', timeoutSeconds: 3 } };
  return play(project, { settings, override: { openSession: remote.open, ...override } });
}

const told = ({ events }: Ran): string[] =>
  events.flatMap((event) => (event.type === 'host-result' ? [`${event.task.name} ${event.status}`] : []));
const said = (ran: Ran, name: string): unknown => ran.results(name)[0].result.msg;

/** Tasks that each write a line of their own. */
const lines = (...names: readonly string[]): string =>
  names.map((name) => `    - name: ${name}\n      shell: echo ${name} >> {{ out }}/list\n`).join('');
const list = (): string[] => project?.read('list').trim().split('\n') ?? [];

describe('tasks of one host', () => {
  it('go out together, run in order and are told in order', async () => {
    const ran = await run(lines('a', 'b', 'c', 'd', 'e'));
    expect(list()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(told(ran)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name} changed`));
    expect(remote.most).toBeGreaterThan(1);
  });

  it('are not run behind one that fails', async () => {
    const ran = await run(`${lines('a')}    - name: bad\n      command: "false"\n${lines('b', 'c')}`);
    expect(remote.most).toBeGreaterThan(1);
    expect(list()).toEqual(['a']);
    expect(told(ran)).toEqual(['a changed', 'bad failed']);
    expect(ran.events.filter((event) => event.type === 'host-start')).toHaveLength(2);
    expect(ran.recap('h1')).toBe('1 1 0 1 0 0 0');
  });

  it('are run when the failure is ignored, once and in order', async () => {
    const ran = await run(
      `    - name: bad\n      command: "false"\n      ignore_errors: true\n${lines('a', 'b', 'c', 'd', 'e')}`,
    );
    expect(list()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(told(ran)[0]).toBe('bad failed');
    expect(ran.recap('h1')).toBe('6 6 0 0 0 0 1');
  });

  it('go to the rescue behind one that fails, without those behind it', async () => {
    const ran = await run(`
    - block:
        - name: bad
          command: "false"
        - name: never
          shell: echo never >> {{ out }}/list
      rescue:
        - name: saved
          shell: echo saved >> {{ out }}/list
        - name: saved too
          shell: echo too >> {{ out }}/list
${lines('after')}`);
    expect(list()).toEqual(['saved', 'too', 'after']);
    expect(told(ran)).toEqual(['bad failed', 'saved changed', 'saved too changed', 'after changed']);
  });

  it('wait for a result that they read, however they come by it', async () => {
    const ran = await run(`
    - name: one
      shell: echo x
      register: r
    - name: two
      shell: echo {{ deep }}y
      register: s
      vars: {deep: "{{ r.stdout }}"}
    - name: three
      shell: echo z
      when: s.stdout == 'xy'
    - name: four
      debug: {msg: "{{ s.stdout }}"}
    - name: five
      set_fact: {t: "{{ s.stdout }}z"}
    - name: six
      command: echo {{ t }}
      register: u
    - name: seven
      debug: {msg: "{{ u.stdout }}"}
`);
    expect(told(ran)).toEqual([
      'one changed',
      'two changed',
      'three changed',
      'four ok',
      'five ok',
      'six changed',
      'seven ok',
    ]);
    expect(said(ran, 'seven')).toBe('xyz');
  });

  it('wait where more than the status decides', async () => {
    for (const keyword of [
      'failed_when: r.rc == 0',
      'changed_when: r.rc / 0',
      'until: false\n      retries: 1\n      delay: 0.01',
    ]) {
      await run(
        `${lines('a')}    - name: bad\n      command: "true"\n      register: r\n      ${keyword}\n${lines('b')}`,
      );
      expect(list()).toEqual(['a']);
    }
  });

  it('notify their handlers', async () => {
    const ran = await run(
      `${lines('a')}      notify: done\n${lines('b')}`,
      `  handlers:\n    - name: done\n      shell: echo done >> {{ out }}/list\n`,
    );
    expect(list()).toEqual(['a', 'b', 'done']);
    expect(remote.most).toBeGreaterThan(1);
    expect(ran.outcome.exitCode).toBe(0);
  });

  it.each([
    ['script', 'script: "{{ out }}/file/s"', ''],
    ['assemble', 'assemble: {src: "{{ out }}/file", dest: "{{ out }}/whole", remote_src: false}', 'whole'],
    ['copy', 'copy: {src: "{{ out }}/file/s", dest: "{{ out }}/whole"}', 'whole'],
  ])('%s reads its file of the controller when those before it have written it', async (_verb, reads, result) => {
    const write = '    - shell: sleep 0.3; echo "echo new" > {{ out }}/file/s\n';
    const ran = await run(`${write}    - name: it\n      ${reads}\n`, '', {}, { 'file/s': 'echo old\n' });
    expect(ran.outcome.exitCode).toBe(0);
    const got = result === '' ? ran.results('it')[0].result.stdout : project?.read(result);
    expect(String(got)).toContain('new');
  });

  it('a program that is missing is a failure for those behind it', async () => {
    for (const bad of ['command: /none/such', 'shell: "true"\n      args: {chdir: /none}']) {
      await run(`${lines('a')}    - name: bad\n      ${bad}\n${lines('b')}`);
      expect(list()).toEqual(['a']);
    }
  });

  it('are not run behind one that loses the connection, nor on the next one', async () => {
    const ran = await run(`${lines('a')}    - name: lost\n      shell: kill -9 $PPID\n${lines('b', 'c')}`);
    expect(list()).toEqual(['a']);
    expect(told(ran)).toEqual(['a changed', 'lost unreachable']);
    expect(ran.outcome.exitCode).toBe(4);
  });

  it('are dropped when the run is interrupted', async () => {
    const controller = new AbortController();
    const started = setInterval(() => {
      if (project && existsSync(`${project.folder}/started`)) controller.abort();
    }, 20);
    const slow = '    - name: slow\n      shell: ": > {{ out }}/started; exec sleep 60"\n';
    const ran = await run(`${lines('a')}${slow}${lines('b', 'c')}`, '', { signal: controller.signal });
    clearInterval(started);
    expect(remote.most).toBeGreaterThan(1);
    expect(list()).toEqual(['a']);
    expect(told(ran)).toEqual(['a changed', 'slow failed']);
    expect(ran.outcome.interrupted).toBe(true);
  });
});

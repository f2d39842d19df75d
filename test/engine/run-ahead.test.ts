import { afterEach, describe, expect, it } from 'vitest';
import type { RunSettings } from '../../src/engine/options.ts';
import { RemoteSessions } from './remote-session.ts';
import { play, Project, type Ran } from './support.ts';

let project: Project | undefined;
let remote: RemoteSessions;
afterEach(() => project?.remove());

const target = { connection: 'ssh', timeoutSeconds: 3 };

function run(
  text: string,
  settings: Partial<RunSettings> = {},
  files: Record<string, string> = {},
  hosts = 'h1,h2,h3,',
): Promise<Ran> {
  project?.remove();
  project = new Project({ 'site.yml': text, ...files });
  remote = new RemoteSessions();
  const override = { openSession: remote.open };
  return play(project, { hosts, settings: { target, ...settings }, override });
}

const playOf = (tasks: string, keywords = ''): string =>
  `- hosts: all\n  gather_facts: false\n${keywords}  tasks:\n${tasks}`;

/** What was told: tasks with the hosts that they began on, and results as `host status`. */
function told({ events }: Ran): string[] {
  return events.flatMap((event) => {
    if (event.type === 'task-start') return [`${event.task.name}: ${event.hosts.join(' ')}`];
    return event.type === 'host-result' ? [`${event.host} ${event.status}`] : [];
  });
}

/** Whether another call went out before the slow task was done everywhere. */
function ranAhead(): boolean {
  const isSlow = remote.calls.map((call) => call.vars?.['path']?.endsWith('/none') ?? false);
  return isSlow.indexOf(false) >= 0 && isSlow.indexOf(false) < isSlow.lastIndexOf(true);
}

const TOUCH = '{path: "{{ out }}/{{ inventory_hostname }}", state: touch}';
/** h1 is slow with its first task. */
const slowFirst = `
    - name: slow
      stat: {path: "{{ out }}/none"}
      register: slow
      until: inventory_hostname != 'h1' or slow.attempts > 1
      retries: 2
      delay: 0.5
`;

describe('hosts run ahead', () => {
  it('over tasks that touch only their own host; what is told stays in order', async () => {
    const ran = await run(
      playOf(`${slowFirst}
    - name: touch
      file: ${TOUCH}
    - name: look
      stat: {path: "{{ out }}/{{ inventory_hostname }}"}
      register: st
    - name: say
      debug: {msg: "{{ st.stat.exists }}"}
`),
    );
    const lines = told(ran);
    expect(lines.filter((line) => line.includes(':'))).toEqual(
      ['slow', 'touch', 'look', 'say'].map((name) => `${name}: h1 h2 h3`),
    );
    expect(lines.slice(1, 4).sort()).toEqual(['h1 ok', 'h2 ok', 'h3 ok']);
    expect(lines.slice(5, 8).sort()).toEqual(['h1 changed', 'h2 changed', 'h3 changed']);
    expect(ran.results('say').map((one) => one.result.msg)).toEqual([true, true, true]);
    expect(ranAhead()).toBe(true);
  });

  it('what a slow host keeps back of many others is told whole and in order', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `h${i + 1}`);
    const tasks = ['a', 'b', 'c'].map((name) => `    - name: ${name}\n      file: ${TOUCH}\n`).join('');
    // sixty real shells are opened meanwhile
    const slow = slowFirst.replace('delay: 0.5', 'delay: 4');
    const ran = await run(playOf(`${slow}${tasks}`), { forks: 60 }, {}, names.join(','));
    const lines = told(ran);
    expect(ranAhead()).toBe(true);
    for (const [index, name] of ['slow', 'a', 'b', 'c'].entries()) {
      const [head, ...results] = lines.slice(index * 61, (index + 1) * 61);
      expect(head).toBe(`${name}: ${names.join(' ')}`);
      expect(results.map((line) => line.split(' ')[0]).sort()).toEqual(names.toSorted());
    }
    expect(lines).toHaveLength(4 * 61);
  });

  it('a host that fails is not told of again, and its rescue comes when the others are through', async () => {
    const ran = await run(
      playOf(`
    - block:
        - name: one
          file: {path: "{{ out }}/{{ inventory_hostname }}", state: touch}
        - name: two
          stat: {path: "{{ out }}"}
          register: r
          failed_when: inventory_hostname == 'h2'
        - name: three
          file: ${TOUCH}
          notify: handled
      rescue:
        - name: saved
          debug: {msg: "{{ ansible_failed_task.name }}"}
    - name: last
      debug: {msg: "{{ ansible_play_hosts | join(' ') }}"}
  handlers:
    - name: handled
      debug: {msg: handled}
`),
    );
    expect(told(ran).filter((line) => line.includes(':'))).toEqual([
      'one: h1 h2 h3',
      'two: h1 h2 h3',
      'three: h1 h3',
      'saved: h2',
      'last: h1 h2 h3',
      'handled: h1 h3',
    ]);
    expect(ran.results('saved')[0].result.msg).toBe('two');
    expect(ran.results('last')[0].result.msg).toBe('h1 h2 h3');
    expect(ran.recap('h2')).toBe('3 1 0 0 0 1 0');
    const types = ran.events.map((event) => (event.type === 'task-start' ? event.task.name : event.type));
    expect(types.filter((type) => type === 'handler-notified')).toHaveLength(2);
    expect(types.indexOf('handler-notified')).toBeGreaterThan(types.indexOf('three'));
  });

  it('a host that is lost for good stops there', async () => {
    const ran = await run(
      playOf(`
    - name: one
      fail: {msg: no}
      when: inventory_hostname == 'h1'
    - name: two
      debug: {}
    - name: three
      stat: {path: /}
`),
    );
    expect(told(ran).filter((line) => line.includes(':'))).toEqual(['one: h1 h2 h3', 'two: h2 h3', 'three: h2 h3']);
    expect(ran.outcome.exitCode).toBe(2);
  });
});

describe('hosts wait for one another', () => {
  const waits = async (
    tasks: string,
    settings: Partial<RunSettings> = {},
    keywords = '',
    files = {},
  ): Promise<void> => {
    const ran = await run(playOf(`${slowFirst}${tasks}`, keywords), settings, files);
    const failed = ran.events.filter((event) => event.type === 'host-result' && event.status === 'failed');
    expect(failed).toEqual([]);
    expect(ranAhead()).toBe(false);
  };

  it('where a task reads variables of others, itself or through a variable, a file or text', async () => {
    const all =
      "{{ groups['all'] | map('extract', hostvars) | map(attribute='slow') | map(attribute='attempts') | sum }}";
    await waits(`    - stat: {path: "/${all}"}\n`);
    await waits(`    - stat: {path: "/{{ sum }}"}\n      vars: {sum: "{{ inner }}", inner: "${all}"}\n`);
    await waits(`    - template: {src: t.j2, dest: "{{ out }}/{{ inventory_hostname }}"}\n`, {}, '', { 't.j2': all });
    await waits(`    - stat: {path: /}\n      when: "{{ text }}"\n      vars: {text: "hostvars is defined"}\n`);
    await waits(`    - stat: {path: "/{{ lookup('vars', 'sl' ~ 'ow').attempts }}"}\n`);
    await waits(`    - stat: {path: /}\n      when: ansible_play_hosts | length == 3\n`);
  });

  it('for verbs that may touch other hosts, and for keywords that tie hosts together', async () => {
    await waits(`    - command: "true"\n`);
    await waits(`    - stat: {path: /}\n      run_once: true\n`);
    await waits(`    - stat: {path: /}\n      delegate_to: h1\n`);
    await waits(`    - stat: {path: /}\n      throttle: 1\n`);
    await waits(`    - stat: {path: /}\n      name: "{{ inventory_hostname }}"\n`);
    await waits(`    - meta: noop\n    - stat: {path: /}\n`);
    await waits(`    - stat: {path: /}\n`, {}, '  any_errors_fatal: true\n');
    await waits(`    - stat: {path: /}\n`, {}, '  max_fail_percentage: 50\n');
    await waits(`    - stat: {path: /}\n`, { anyErrorsFatal: true });
  });

  it('where two names are one machine, or the controller', async () => {
    await waits(`    - stat: {path: /}\n`, {}, '  vars: {ansible_host: same.example}\n');
    await waits(`    - stat: {path: /}\n`, { target: { connection: 'local', timeoutSeconds: 3 } });
  });
});

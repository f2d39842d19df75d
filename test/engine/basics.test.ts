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

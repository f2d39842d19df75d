import { afterEach, describe, expect, it } from 'vitest';
import { play, Project } from './support.ts';

const SECRET = 'hunter-of-secrets';

let project: Project | undefined;
afterEach(() => project?.remove());

/** Every way that a result or a label leaves the engine. */
const TASKS: Readonly<Record<string, string>> = {
  'each try again': `
    - command: echo ${SECRET}
      register: out
      until: out.rc == 7
      retries: 2
      delay: 0
      no_log: true
      ignore_errors: true`,
  'items and their labels': `
    - command: echo {{ item }}
      loop: [${SECRET}]
      no_log: true`,
  'each try of an item': `
    - command: echo {{ item }}
      loop: [${SECRET}]
      register: out
      until: out.rc == 7
      retries: 1
      delay: 0
      no_log: true
      ignore_errors: true`,
  'a failure': `
    - shell: echo ${SECRET}; exit 3
      no_log: true
      ignore_errors: true`,
  'a template that has it as its default': `
    - command: echo ${SECRET}
      register: out
      until: out.rc == 7
      retries: 1
      delay: 0
      no_log: "{{ hide }}"
      ignore_errors: true`,
  'a condition that fails': `
    - debug: msg=x
      when: "('${SECRET}' + 1)"
      no_log: true
      ignore_errors: true`,
  'an included file that is not there': `
    - include_tasks: "{{ item }}.yml"
      loop: [${SECRET}]
      no_log: true
      ignore_errors: true`,
};

describe('no_log', () => {
  it.each(Object.entries(TASKS))('keeps back %s', async (_what, tasks) => {
    project = new Project({
      'site.yml': `- hosts: all\n  gather_facts: false\n  vars: { hide: true }\n  tasks:${tasks}\n`,
    });
    const { events } = await play(project, { settings: { verbosity: 4 } });
    const told = events.filter((event) => 'result' in event);
    expect(told.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toContain(SECRET);
    expect(JSON.stringify(told)).toContain('censored');
  });
});

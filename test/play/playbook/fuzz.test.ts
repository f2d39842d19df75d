import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToaError } from '../../../src/base/errors.ts';
import { playbookLoader } from '../../../src/play/playbook/index.ts';
import { world } from './world.ts';

const SITE = `- name: first
  hosts: all
  vars: &v {a: 1, b: "{{ a }}"}
  vars_files: [v.yml]
  roles:
    - {role: r, x: 1, tags: [t]}
  tasks:
    - name: "say {{ b }}"
      command: echo "{{ a }}" chdir=/tmp creates=/x
      when: a == 1
      loop: [1, 2]
      loop_control: {label: "{{ item }}"}
    - block:
        - copy: src=a dest=b
        - import_tasks: t.yml
      rescue:
        - debug:
            msg: >-
              folded
              text
    - include_role: {name: r, tasks_from: main}
  handlers:
    - name: h
      service: {name: x, state: restarted}
- import_playbook: other.yml
`;
const FILES = {
  '/p/v.yml': 'c: 3\n',
  '/p/t.yml': '- shell: |\n    a\n    b\n',
  '/p/other.yml': '- hosts: b\n',
  '/p/roles/r/tasks/main.yml': '- command: r\n',
};
const PIECES = [
  '{{',
  '}}',
  '"',
  "'",
  ':',
  ': ',
  '- ',
  '\t',
  '\n',
  '  ',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*v',
  '!!int ',
  '!x ',
  '|',
  '>',
  '#',
  '\u0000',
  '<<',
  '~',
  '1e',
  'é',
  '%',
  '@',
  '?',
  ',',
];

type Mutation = readonly [kind: 'insert' | 'delete' | 'repeat' | 'swap', at: number, length: number, piece: string];

function mutate(text: string, [kind, place, length, piece]: Mutation): string {
  const at = Math.floor(place * text.length);
  const end = Math.min(text.length, at + length);
  if (kind === 'insert') return text.slice(0, at) + piece + text.slice(at);
  if (kind === 'delete') return text.slice(0, at) + text.slice(end);
  if (kind === 'repeat') return text.slice(0, end) + text.slice(at);
  return text.slice(0, at) + text.slice(end, end + length) + text.slice(at, end) + text.slice(end + length);
}

const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.tuple(
    fc.constantFrom('insert' as const, 'delete' as const, 'repeat' as const, 'swap' as const),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(...PIECES),
  ),
  { minLength: 1, maxLength: 6 },
);

describe('broken playbooks', () => {
  it('give ToaErrors with a place and end soon', () => {
    let broken = 0;
    fc.assert(
      fc.property(mutations, (list) => {
        const site = list.reduce(mutate, SITE);
        const started = performance.now();
        try {
          playbookLoader.loadPlaybook('/p/site.yml', world({ ...FILES, '/p/site.yml': site }).context);
        } catch (error) {
          if (!(error instanceof ToaError)) throw error;
          broken++;
          expect(error.code).toMatch(/^E_(?:YAML|PLAY|ROLE|FILE|VAULT|TEMPLATE)_/);
          expect(error.details.span !== undefined || error.code === 'E_PLAY_ERRORS').toBe(true);
        }
        expect(performance.now() - started).toBeLessThan(2000);
      }),
      { numRuns: 300, seed: 20240101 },
    );
    expect(broken).toBeGreaterThan(200);
  });

  it('the unbroken one loads', () => {
    expect(playbookLoader.loadPlaybook('/p/site.yml', world({ ...FILES, '/p/site.yml': SITE }).context)).toHaveLength(
      2,
    );
  });
});

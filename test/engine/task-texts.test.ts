import { describe, expect, it } from 'vitest';
import { textsOfFields, textsOfTask, inheritedTexts, type PlanText } from '../../src/engine/ahead/task-texts.ts';
import { wordsOf } from '../../src/engine/ahead/shared-words.ts';
import { playbookLoader } from '../../src/play/playbook/index.ts';
import { KEYWORDS } from '../../src/play/playbook/keywords.ts';
import type { Block, Task } from '../../src/play/plan.ts';
import { world } from '../play/playbook/world.ts';

/** Those that are no text, or are no part of a task when it is loaded. */
const NO_TEXT = new Set(['action', 'local_action', 'collections', 'register']);

/** How a keyword is written that is no plain value. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  args: (text) => `{chdir: "${text}"}`,
  vars: (text) => `{x: [{y: "${text}"}]}`,
  environment: (text) => `{X: "${text}"}`,
  module_defaults: (text) => `{debug: {msg: "${text}"}}`,
  loop_control: (text) => `{label: "${text}"}\n      loop: [1]`,
  loop: (text) => `["${text}"]`,
  retries: (text) => `"${text}"\n      until: true`,
  delay: (text) => `"${text}"\n      until: true`,
};

const keywords = [...KEYWORDS.Task].filter((name) => !NO_TEXT.has(name) && !name.startsWith('with_'));
const written = (name: string, text: string): string => (FORMS[name] ?? ((one: string) => `"${one}"`))(text);

function first(text: string): Task {
  const site = `- hosts: all\n  tasks:\n${text}`;
  const node = playbookLoader.loadPlaybook('/p/site.yml', world({ '/p/site.yml': site }).context)[0].tasks[0];
  return (node.kind === 'block' ? (node as Block).tasks[0] : node) as Task;
}

const words = (texts: Iterable<PlanText>): Set<string> =>
  new Set([...texts].flatMap(({ value }) => [value].flat().flatMap((one) => [...wordsOf(one)])));

describe('the texts of a task', () => {
  it.each(keywords)('have those of %s', (name) => {
    const action = name === 'args' ? 'command: x' : 'debug: {}';
    const task = first(`    - ${action}\n      ${name}: ${written(name, '{{ the_mark }}')}\n`);
    expect(words(textsOfTask(task))).toContain('the_mark');
  });

  const inherited = [...KEYWORDS.Block].filter(
    // variables are looked up by name, and these are no keywords of the tasks inside
    (name) => !NO_TEXT.has(name) && !['block', 'rescue', 'always', 'vars', 'name', 'tags', 'notify'].includes(name),
  );
  it.each(inherited.filter((name) => name !== 'debugger'))('have those of %s around it', (name) => {
    const task = first(`    - block: [{debug: {}}]\n      ${name}: ${written(name, '{{ the_mark }}')}\n`);
    expect(words(inheritedTexts(task))).toContain('the_mark');
  });

  it('tell what becomes of them', () => {
    const task = first(
      '    - debug: {var: a}\n      when: b\n      vars: {c: "{{ d }}"}\n      delegate_to: "{{ e }}"\n',
    );
    const uses = [...textsOfTask(task)].filter(({ value }) => words([{ use: 'text', value }]).size > 0);
    expect(uses.map(({ use }) => use).sort()).toEqual(['condition', 'condition', 'delegate', 'text', 'variables']);
  });

  it('take a field that nobody knows for text', () => {
    expect([...textsOfFields({ brandNew: 1 })]).toEqual([{ use: 'text', value: 1 }]);
  });
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { casesOf } from '../support/cases/case.ts';

const verbs = readdirSync('tasks', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .map((entry) => entry.name);

it('every verb has a case, or tests beside it', () => {
  const without = verbs.filter(
    (verb) => casesOf(verb).size === 0 && !readdirSync(join('tasks', verb)).some((name) => name.endsWith('.test.ts')),
  );
  expect(without, 'write tasks/VERB/cases/NAME.yml; test/support/cases/case.ts says what is in it').toEqual([]);
});

it('a case shows what it says, in words that differ from the others of its verb', () => {
  for (const verb of verbs) {
    const shown = [...casesOf(verb).values()].map(({ shows }) => shows);
    expect(new Set(shown).size, verb).toBe(shown.length);
  }
});

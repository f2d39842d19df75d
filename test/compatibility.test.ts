import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { verbs } from '../tasks/index.ts';
// @ts-expect-error a plain script, which has no types
import { inserted, table } from '../scripts/generate-compatibility.mjs';
import { runProgram } from '../scripts/lib/programs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const readmeOf = (name: string): string => readFileSync(join(root, 'tasks', name, 'README.md'), 'utf8');

it('every verb has a README, which doc shows', () => {
  const missing = verbs
    .filter(({ name }) => !existsSync(join(root, 'tasks', name, 'README.md')))
    .map(({ name }) => name);
  expect(missing).toEqual([]);
});

it("docs/compatibility.md's table of verbs is up to date", () => {
  const document = readFileSync(join(root, 'docs/compatibility.md'), 'utf8');
  expect(inserted(document, table(verbs, readmeOf)), 'run scripts/generate-compatibility.mjs').toBe(document);
});

it('the generator is a program that node can load', () => {
  expect(() =>
    runProgram(process.execPath, ['--check', join(root, 'scripts/generate-compatibility.mjs')]),
  ).not.toThrow();
});

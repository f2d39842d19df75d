import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { casesOf, type Left, type VerbCase } from '../support/cases/case.ts';
import type { CaseLeft } from '../support/cases/root.ts';
import { runCase } from '../support/cases/run.ts';
import { shellNames } from '../support/shells.ts';

/** `~PATTERN` becomes what vitest compares as a pattern; of dicts only the keys that are named count. */
function expected(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('~'))
    return expect.stringMatching(new RegExp(value.slice(1))) as unknown;
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== 'object' || value === null) return value;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expected(inner)])),
  ) as unknown;
}

function expectedFile(file: Left): unknown {
  if (file === null) return null;
  if (typeof file === 'string') return expect.objectContaining({ text: file }) as unknown;
  const { matches, ...same } = file;
  const text = matches === undefined ? {} : { text: expect.stringMatching(new RegExp(matches)) as unknown };
  return expect.objectContaining({ ...same, ...text }) as unknown;
}

/** All that is other than before, as the case says it. */
function expectFiles(found: ReadonlyMap<string, CaseLeft>, wanted: VerbCase['after']): void {
  const files = Object.fromEntries(found);
  expect(Object.keys(files)).toEqual(Object.keys(wanted).toSorted());
  for (const [path, file] of Object.entries(wanted)) expect(files[path], path).toEqual(expectedFile(file));
}

const CASES = readdirSync('tasks', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .flatMap(({ name: verb }) => [...casesOf(verb)].map(([name, one]) => ({ verb, name, one })))
  .flatMap((all) => shellNames().map((shell) => ({ ...all, shell })))
  .filter(({ one, shell }) => one.shells?.includes(shell) !== false);

it.each(CASES)('$verb [$shell] $name: $one.shows', async ({ one, shell }) => {
  const run = await runCase(one, shell);
  expect(run.broken).toEqual([]);
  expect(run.result).toEqual(expected(one.result));
  expectFiles(run.after, one.after);
  expect(run.again).toEqual(expected(one.again));
  expect(run.check).toEqual(expected(one.check ?? { changed: one.result['changed'] }));
  expectFiles(run.afterCheck, {});
});

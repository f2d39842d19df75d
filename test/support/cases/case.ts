import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** A file of the host or the controller: its text, or what is more. */
const file = z.union([
  z.string(),
  z.strictObject({ text: z.string().default(''), mode: z.string().regex(/^0[0-7]{3,4}$/) }),
  z.strictObject({ link: z.string() }),
  z.strictObject({ folder: z.literal(true), mode: z.string().optional() }),
]);
export type CaseFile = z.output<typeof file>;

/** What a file must be afterwards; null: not there. */
const left = z.union([
  z.null(),
  z.string(),
  z.strictObject({
    text: z.string().optional(),
    matches: z.string().optional(),
    mode: z.string().optional(),
    link: z.string().optional(),
    folder: z.literal(true).optional(),
  }),
]);
export type Left = z.output<typeof left>;

const values = z.record(z.string(), z.unknown());
const task = z.record(z.string(), z.unknown());
const paths = z.string().startsWith('/');

/** A case of a verb, as tasks/VERB/cases/NAME.yml says it. */
const schema = z.strictObject({
  /** What it shows, in a few words. */
  shows: z.string(),
  /** Files of the host before. */
  host: z.record(paths, file).default({}),
  /** Files beside the playbook. */
  controller: z.record(z.string(), file).default({}),
  /** Paths and what a server on 127.0.0.1 answers to them; the variable `server` is its address. */
  serve: z.record(paths, z.string()).optional(),
  /** Facts and other variables of the host. */
  facts: values.default({}),
  /** Tasks before, which make the host what it shall be. */
  before: z.array(task).default([]),
  task,
  /** Only these of TOA_TEST_SHELLS; busybox's has some programs built in, in place of the host's. */
  shells: z.array(z.string()).optional(),
  /** Parts of its result. A text `~PATTERN` is a regular expression. */
  result: values,
  /** Parts of the result under --check, where the host must stay as it is. */
  check: values.optional(),
  /** Parts of the result of the second run. */
  again: values.default({ changed: false }),
  /** Tasks after it that must all be well: what else it has changed (variables, other hosts). */
  next: z.array(task).default([]),
  /** Files of the host that are others now. All others must be as they were. */
  after: z.record(paths, left).default({}),
  /** Patterns of paths that programs of the host write by the way (logs, caches): not looked at. */
  aside: z.array(z.string()).default([]),
});
export type VerbCase = z.output<typeof schema>;

/**
 * The cases of a verb by name.
 * @throws Error for a case that is not written as above, with its file
 */
export function casesOf(verb: string): ReadonlyMap<string, VerbCase> {
  const folder = join('tasks', verb, 'cases');
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith('.yml'));
  return new Map(
    names.toSorted().map((name) => {
      const read = schema.safeParse(parse(readFileSync(join(folder, name), 'utf8')));
      if (!read.success) throw new Error(`${folder}/${name}: ${z.prettifyError(read.error)}`);
      return [name.replace(/\.yml$/, ''), read.data];
    }),
  );
}

import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { editFile } from '../shared/files/edit.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { absentLine, presentLine } from './edit.ts';

const schema = () =>
  z.strictObject({
    path: args.path(),
    state: args.choice(['present', 'absent']).default('present'),
    line: args.str().optional(),
    regexp: args.str().optional(),
    search_string: args.str().optional(),
    backrefs: args.bool().default(false),
    insertafter: args.str().optional(),
    insertbefore: args.str().optional(),
    firstmatch: args.bool().default(false),
    create: args.bool().default(false),
    backup: args.bool().default(false),
    validate: args.str().optional(),
    ...args.fileAttributes,
  });

/** Combinations that lineinfile refuses, with its words. */
function objection(given: z.output<ReturnType<typeof schema>>): string | undefined {
  if (given.regexp !== undefined && given.search_string !== undefined) {
    return 'parameters are mutually exclusive: regexp|search_string';
  }
  if (given.insertafter !== undefined && given.insertbefore !== undefined) {
    return 'parameters are mutually exclusive: insertbefore|insertafter';
  }
  if (given.state === 'present') {
    if (given.backrefs && given.regexp === undefined) return 'regexp is required with backrefs=true';
    if (given.line === undefined) return 'line is required with state=present';
  } else if (given.line === undefined && given.regexp === undefined && given.search_string === undefined) {
    return 'one of line, search_string, or regexp is required with state=absent';
  }
  return undefined;
}

export const verb = defineVerb({
  name: 'lineinfile',
  summary: 'Makes sure that a line is, or is not, in a file',
  args: schema,
  argAliases: { dest: 'path', destfile: 'path', name: 'path', regex: 'regexp', value: 'line' },
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    const wrong = objection(given);
    if (wrong) return failure(wrong);
    const { path, backup, validate, line } = given;
    const options = { path, create: given.create, backup, validate, attributes: given, attributeDiff: true };
    if (given.state === 'present') {
      return editFile(options, (text) => presentLine(text, { ...given, line: line as string }), context);
    }
    const gone = (text: string, exists: boolean): ReturnType<typeof absentLine> =>
      exists ? absentLine(text, given) : { text: '', msg: 'file not present', extra: { found: 0 } };
    const result = await editFile({ ...options, create: false }, gone, context);
    return result.rc === 257 ? { changed: false, msg: 'file not present' } : result;
  },
});

import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import { pythonRegex } from '../../src/base/python-regex.ts';
import { pythonSubn } from '../../src/base/python-sub.ts';
import * as args from '../shared/args.ts';
import { backupFile, type Edit, editFile } from '../shared/files/edit.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    path: args.path(),
    regexp: args.str(),
    replace: args.str().default(''),
    after: args.str().optional(),
    before: args.str().optional(),
    backup: args.bool().default(false),
    validate: args.str().optional(),
    encoding: args.str().default('utf-8'),
    ...args.fileAttributes,
  });

/** What finds the part of the text between `after` and `before`, or undefined when neither is given. */
function sectionPattern({ after, before }: z.output<ReturnType<typeof schema>>): string | undefined {
  if (after === undefined && before === undefined) return undefined;
  const any = after !== undefined && before !== undefined ? '.*?' : '.*';
  return `${after ?? ''}(?P<subsection>${any})${before ?? ''}`;
}

/** The text with each match of regexp replaced (multi-line mode, `\1` and `\g<name>` as in Python). */
function replaceText(text: string, given: z.output<ReturnType<typeof schema>>): Edit {
  const pattern = sectionPattern(given);
  const match = pattern === undefined ? undefined : new RegExp(pythonRegex(pattern, { dotall: true }), 'dv').exec(text);
  if (match === null) return { msg: `Pattern for before/after params did not match the given file: ${pattern}` };
  const section = match?.indices?.groups?.['subsection'] ?? [0, text.length];
  const regex = pythonRegex(given.regexp, { multiline: true });
  const [replaced, count] = pythonSubn(regex, given.replace, text.slice(...section));
  const whole = text.slice(0, section[0]) + replaced + text.slice(section[1]);
  if (count === 0 || whole === text) return { msg: '' };
  return { text: whole, msg: `${count} replacements made` };
}

export const verb = defineVerb({
  name: 'replace',
  summary: 'Replaces every match of a regular expression in a file',
  args: schema,
  argAliases: { dest: 'path', destfile: 'path', name: 'path' },
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context) {
    if (!/^(utf-?8|latin-?1|ascii)$/i.test(given.encoding)) {
      return failure(`encoding ${given.encoding} is not supported: use utf-8, latin-1 or ascii`);
    }
    const { path, backup, validate } = given;
    const result = await editFile(
      { path, create: false, backup, validate, attributes: given, label: path },
      (text) => replaceText(text, given),
      context,
    );
    if (result.rc === 257) return { ...result, msg: `Path ${path} does not exist !` };
    return result.failed ? result : { rc: 0, ...backupFile(result) };
  },
});

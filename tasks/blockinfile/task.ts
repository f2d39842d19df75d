import { chomp } from '../../src/base/host-text.ts';
import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import { pythonRegex } from '../../src/base/python-regex.ts';
import * as args from '../shared/args.ts';
import { backupFile, type Edit, editFile, linesOf } from '../shared/files/edit.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    path: args.path(),
    state: args.choice(['present', 'absent']).default('present'),
    marker: args.str().default('# {mark} ANSIBLE MANAGED BLOCK'),
    marker_begin: args.str().default('BEGIN'),
    marker_end: args.str().default('END'),
    block: args.str().default(''),
    insertafter: args.str().optional(),
    insertbefore: args.str().optional(),
    create: args.bool().default(false),
    backup: args.bool().default(false),
    validate: args.str().optional(),
    append_newline: args.bool().default(false),
    prepend_newline: args.bool().default(false),
    ...args.fileAttributes,
  });
type BlockArgs = z.output<ReturnType<typeof schema>>;

function insertionIndex(lines: readonly string[], given: BlockArgs): number {
  const { insertafter = given.insertbefore === undefined ? 'EOF' : undefined, insertbefore } = given;
  if (insertbefore === 'BOF') return 0;
  const anchor = insertbefore ?? insertafter;
  if (anchor === undefined || anchor === 'EOF') return lines.length;
  const regex = pythonRegex(anchor);
  const at = lines.findLastIndex((line) => regex.test(line));
  if (at < 0) return lines.length;
  return insertbefore === undefined ? at + 1 : at;
}

/**
 * The text with the block between its markers, or without both.
 * https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/blockinfile_module.html
 */
function editBlock(text: string, given: BlockArgs, exists = true): Edit {
  const begin = given.marker.replaceAll('{mark}', given.marker_begin);
  const end = given.marker.replaceAll('{mark}', given.marker_end);
  const lines = linesOf(text);
  const present = given.state === 'present' && given.block !== '';
  const [first, last] = [lines.findLastIndex((l) => chomp(l) === begin), lines.findLastIndex((l) => chomp(l) === end)];
  const body = given.block.endsWith('\n') ? given.block : `${given.block}\n`;
  const block = present ? [`${begin}\n`, ...linesOf(body), `${end}\n`] : [];
  let at: number;
  if (first >= 0 && last >= 0) {
    at = Math.min(first, last);
    lines.splice(at, Math.abs(last - first) + 1);
  } else {
    if (!present && !exists && given.state === 'present') return { text: '', msg: 'File created' };
    if (!present) return { msg: '' };
    at = insertionIndex(lines, given);
  }
  if (at > 0 && present && !/[\r\n]$/.test(lines[at - 1] ?? '\n')) lines[at - 1] += '\n';
  if (present && given.prepend_newline && at > 0 && chomp(lines[at - 1]) !== '') block.unshift('\n');
  if (present && given.append_newline && at < lines.length && chomp(lines[at]) !== '') block.push('\n');
  lines.splice(at, 0, ...block);
  const result = lines.join('');
  if (result === text && exists) return { msg: '' };
  if (!exists) return { text: result, msg: 'File created' };
  return { text: result, msg: present ? 'Block inserted' : 'Block removed' };
}

export const verb = defineVerb({
  name: 'blockinfile',
  summary: 'Makes sure that a block of lines, between markers, is or is not in a file',
  args: schema,
  argAliases: { dest: 'path', destfile: 'path', name: 'path', content: 'block' },
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context) {
    if (given.insertafter !== undefined && given.insertbefore !== undefined) {
      return failure('parameters are mutually exclusive: insertbefore|insertafter');
    }
    const { path, backup, validate } = given;
    const options = { path, create: given.create, backup, validate, attributes: given, attributeDiff: true };
    const result = await editFile(options, (text, exists) => editBlock(text, given, exists), context);
    if (result.rc === 257 && given.state === 'absent') return { changed: false, msg: `File ${path} not present` };
    if (result.rc === 257) return { ...result, msg: `Path ${path} does not exist !` };
    return backupFile(result);
  },
});

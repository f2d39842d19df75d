import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { type Edit, editFile, linesOf } from '../shared/files/edit.ts';
import { defineVerb } from '../../src/verb/verb.ts';

/** The text with or without a line `blacklist NAME`; other lines stay as they are. Pure. */
export function editBlacklist(text: string, name: string, isWanted: boolean): Edit & { readonly lines: string[] } {
  const lines = linesOf(text);
  const names = (line: string): boolean => /^\s*blacklist\s+(\S+)\s*$/.exec(line)?.[1] === name;
  const kept = lines.filter((line) => !names(line));
  const bare = (all: readonly string[]): string[] => all.map((line) => line.trimEnd());
  if (isWanted === kept.length < lines.length) return { text, msg: '', lines: bare(lines) };
  const last = kept.at(-1);
  const end = last === undefined || last.endsWith('\n') ? '' : '\n';
  const edited = isWanted ? [...lines, `${end}blacklist ${name}\n`] : kept;
  const shown = isWanted ? [...lines, `blacklist ${name}`] : kept;
  return { text: edited.join(''), msg: '', lines: bare(shown) };
}

export const verb = defineVerb({
  name: 'kernel_blacklist',
  aliases: ['community.general.kernel_blacklist'],
  summary: 'Keeps kernel modules from being loaded by themselves',
  args: () =>
    z.strictObject({
      name: args.str(),
      state: args.choice(['absent', 'present']).default('present'),
      blacklist_file: args.str().default('/etc/modprobe.d/blacklist-ansible.conf'),
    }),
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run({ name, state, blacklist_file: filename }, context) {
    if (!/^\w[\w-]*$/.test(name)) return failure(`'${name}' is not the name of a kernel module`);
    let before: string[] = [];
    let lines: string[] = [];
    const decide = (text: string): Edit => {
      const edit = editBlacklist(text, name, state === 'present');
      before = linesOf(text).map((line) => line.trimEnd());
      lines = edit.lines;
      return edit;
    };
    const options = { path: filename, create: true, backup: false, attributes: {} };
    const result = await editFile(options, decide, context);
    const asked = { name, state, filename };
    if (result.failed) return { ...result, ...asked };
    const { changed } = result;
    const diff = changed && context.diff ? { diff: { before: { lines: before }, after: { lines } } } : {};
    return { changed, ...asked, is_blacklisted: state === 'present', lines, ...diff };
  },
});

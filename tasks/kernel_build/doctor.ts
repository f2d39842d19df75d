import { compareRpm } from '../../src/base/version.ts';
import { AILMENTS, type Ailment } from './toolchain.ts';

/** Versions of tools by name; one that is missing is ''. */
export type Tools = ReadonlyMap<string, string>;

/** Whether a text (a basic regular expression; '' for the file itself) stands in a file of the tree. */
export type Has = (file: string, text: string) => boolean;

const isAtLeast = (version: string, bound: string | undefined): boolean =>
  bound === undefined || compareRpm(version, bound) >= 0;
const isBefore = (version: string, bound: string | undefined): boolean =>
  bound === undefined || compareRpm(version, bound) < 0;

/** The texts of the tree that decide for a kernel and its tools: what has to be looked for before `diagnose`. */
export function questions(kernel: string, tools: Tools): { readonly file: string; readonly text: string }[] {
  return AILMENTS.filter((row) => concerns(row, kernel, tools))
    .flatMap(({ has, lacks }) => [has, lacks])
    .filter((one) => one !== undefined)
    .map(({ file, text }) => ({ file: forGcc(file, tools), text }));
}

const forGcc = (text: string, tools: Tools): string => text.replaceAll('{gcc}', (tools.get('gcc') ?? '').split('.')[0]);

function concerns({ kernel = {}, tool, from, before }: Ailment, version: string, tools: Tools): boolean {
  if (!isAtLeast(version, kernel.from) || !isBefore(version, kernel.before)) return false;
  const is = tools.get(tool) ?? '';
  if (from === undefined && before === undefined) return is === '';
  return is !== '' && isAtLeast(is, from) && isBefore(is, before);
}

/** What will break, in the order of the data. */
export function diagnose(kernel: string, tools: Tools, has: Has): Ailment[] {
  return AILMENTS.filter((row) => concerns(row, kernel, tools))
    .filter(({ has: one }) => one === undefined || has(forGcc(one.file, tools), one.text))
    .filter(({ lacks: one }) => one === undefined || !has(forGcc(one.file, tools), one.text))
    .map((row) => ({ ...row, says: forGcc(row.says, tools), remedy: forGcc(row.remedy, tools) }));
}

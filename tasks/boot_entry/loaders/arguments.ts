import type { Patch, Span } from './text.ts';

/** A word of a kernel's command line as it stands in a file; `value` without the quotes that its file has. */
export interface ArgumentWord extends Span {
  readonly value: string;
}

export interface ArgumentChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Parameters that may stand several times, each with a meaning of its own. */
const MANY = new Set(['console', 'earlycon', 'ip', 'hugepages', 'hugepagesz', 'nameserver', 'memmap', 'rd.lvm.lv']);

const nameOf = (word: string): string => word.split('=')[0].replaceAll('-', '_');

/** Words that may be written into any configuration without quotes. */
export const PLAIN_ARGUMENT = /^[A-Za-z0-9_.,:=/+@%-]+$/;

/**
 * What makes a command line have and lack words. `add` puts a word behind the others; where another value of the same
 * parameter stands, it replaces that one. `remove` takes `name` with any value, or exactly `name=value`.
 * @param text of the whole file @param words of the line now @param end offset where a further word goes
 */
export function argumentPatches(
  text: string,
  words: readonly ArgumentWord[],
  end: number,
  { add, remove }: ArgumentChange,
): Patch[] {
  const patches: Patch[] = [];
  const isNamed = (word: string, name: string): boolean =>
    name.includes('=') ? word === name : nameOf(word) === nameOf(name);
  const missing = add.filter((one) => words.every(({ value }) => value !== one));
  for (const word of words) {
    if (add.includes(word.value)) continue;
    const isOther = add.some((one) => nameOf(one) === nameOf(word.value) && !MANY.has(nameOf(one)));
    const at = isOther ? missing.findIndex((one) => nameOf(one) === nameOf(word.value)) : -1;
    if (at >= 0) patches.push({ start: word.start, end: word.end, text: missing.splice(at, 1)[0] });
    else if (isOther || remove.some((name) => isNamed(word.value, name))) patches.push(without(text, word));
  }
  if (missing.length > 0) patches.push({ start: end, end, text: missing.map((word) => ` ${word}`).join('') });
  return patches;
}

/** A word gone, with the blank before it, but never with the newline behind a backslash. */
const without = (text: string, { start, end }: Span): Patch => ({
  start: /[ \t]/.test(text[start - 1]) ? start - 1 : start,
  end,
  text: '',
});

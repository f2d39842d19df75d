/**
 * What the readers of boot loaders' configurations share: a text is kept as it is, and an edit replaces the bytes between
 * two offsets. Texts are latin1, so that every byte of a file comes back as it was.
 */

/** A configuration that is not understood: nothing is written then. */
export class NotUnderstood extends Error {
  /** @param file path on the host @param line from 1 @param what is strange there, as the end of a sentence */
  constructor(
    readonly file: string,
    readonly line: number,
    what: string,
  ) {
    super(`${file}:${line}: ${what}`);
  }
}

/** A part of a text, by offsets: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Patch extends Span {
  readonly text: string;
}

/** The text with the patches made; they do not overlap. */
export function patched(text: string, patches: readonly Patch[]): string {
  let result = text;
  for (const { start, end, text: by } of patches.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + by + result.slice(end);
  return result;
}

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** A line of a text without its end, and where it stands. */
export interface Line extends Span {
  readonly text: string;
  readonly number: number;
}

export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    lines.push({ text: line, start, end: start + line.length, number: at + 1 });
    start += raw.length + 1;
  }
  return lines;
}

/** Words of a kernel's command line, separated by blanks outside of double quotes, as the kernel splits them. */
export function commandWords(text: string, from: number, to: number): (Span & { readonly text: string })[] {
  const words = [];
  const pattern = /(?:"[^"]*(?:"|$)|[^\s"])+/g;
  for (const match of text.slice(from, to).matchAll(pattern)) {
    const start = from + match.index;
    words.push({ start, end: start + match[0].length, text: match[0] });
  }
  return words;
}

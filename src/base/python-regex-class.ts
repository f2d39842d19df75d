/** A member of a character class: a range (`from` to `to`), or a ready set in `source`. */
export interface ClassItem {
  readonly from: string;
  readonly to: string;
  readonly source?: string;
}

/** Python's `\w` for text: letters, digits of every script, underscore. */
export const WORD = '[\\p{L}\\p{N}_]';
/** Python's `\s` for text; unlike JavaScript's it has U+001C..U+001F and U+0085 and not U+FEFF. */
export const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

/** One character as it may stand anywhere in a RegExp with flag `v`. */
export function literal(c: string): string {
  if (/^[A-Za-z0-9_\u00a1-\uffff]$/.test(c)) return c;
  return `\\u{${(c.codePointAt(0) as number).toString(16)}}`;
}

/** `[...]` or `[^...]` of the items. */
export function classSource(items: readonly ClassItem[], negated: boolean): string {
  const parts = items.map(
    ({ from, to, source }) => source ?? (from === to ? literal(from) : `${literal(from)}-${literal(to)}`),
  );
  return `[${negated ? '^' : ''}${parts.join('')}]`;
}

/** As `classSource`, with both cases of every letter: for `(?i:...)`, which older JavaScript engines lack. */
export function foldedClass(items: readonly ClassItem[], negated: boolean): string {
  return classSource([...items, ...items.flatMap(otherCases)], negated);
}

function otherCases(item: ClassItem): ClassItem[] {
  if (item.source) return [];
  if (item.from === item.to) {
    return [item.from.toLowerCase(), item.from.toUpperCase()]
      .filter((c) => c !== item.from && [...c].length === 1)
      .map((c) => ({ from: c, to: c }));
  }
  return [...overlap(item, 'a', 'z', -32), ...overlap(item, 'A', 'Z', 32)];
}

/** The part of a range inside `low`..`high`, moved by `shift` code points. */
function overlap(item: ClassItem, low: string, high: string, shift: number): ClassItem[] {
  const from = Math.max(item.from.codePointAt(0) as number, low.charCodeAt(0));
  const to = Math.min(item.to.codePointAt(0) as number, high.charCodeAt(0));
  if (from > to) return [];
  return [{ from: String.fromCodePoint(from + shift), to: String.fromCodePoint(to + shift) }];
}

import { Tuple, isMapping, type Value } from '../../../base/value.ts';
import { mappingGet } from '../compare.ts';
import { typeError } from '../../errors.ts';
import { pyStr } from '../print.ts';
import { integerArgument, stringArgument } from './arguments.ts';

// oxlint-disable-next-line no-control-regex -- Python breaks lines at them
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

type Side = 'left' | 'right' | 'both';

/** Python's `strip`: white space, or any of the given characters, from the ends. */
export function strip(text: string, characters: Value | undefined, side: Side): string {
  if (characters === undefined || characters === null) {
    if (side === 'both') return text.trim();
    return side === 'left' ? text.trimStart() : text.trimEnd();
  }
  const unwanted = new Set(stringArgument(characters, 'strip'));
  const units = [...text];
  let start = 0;
  let end = units.length;
  if (side !== 'right') while (start < end && unwanted.has(units[start])) start++;
  if (side !== 'left') while (end > start && unwanted.has(units[end - 1])) end--;
  return units.slice(start, end).join('');
}

function checkSeparator(separator: Value): string {
  const text = stringArgument(separator, 'split');
  if (text === '') throw typeError('empty separator');
  return text;
}

/** Python's `split`: on runs of white space when there is no separator. */
export function split(text: string, separator: Value | undefined, limit: Value | undefined): string[] {
  const most = integerArgument(limit, -1);
  if (separator === undefined || separator === null) return splitWords(text, most);
  const wanted = checkSeparator(separator);
  const parts = text.split(wanted);
  if (most < 0 || parts.length <= most + 1) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(wanted)];
}

function splitWords(text: string, most: number): string[] {
  const trimmed = text.trimStart();
  if (most < 0) return trimmed === '' ? [] : trimmed.trimEnd().split(/\s+/);
  const words: string[] = [];
  let rest = trimmed;
  while (rest !== '' && words.length < most) {
    const end = rest.search(/\s/);
    words.push(end === -1 ? rest : rest.slice(0, end));
    rest = end === -1 ? '' : rest.slice(end).trimStart();
  }
  if (rest !== '') words.push(rest);
  return words;
}

/** Python's `rsplit`: as `split`, but a limit counts from the right. */
export function rsplit(text: string, separator: Value | undefined, limit: Value | undefined): string[] {
  const most = integerArgument(limit, -1);
  if (most < 0) return split(text, separator, undefined);
  if (separator === undefined || separator === null) {
    const reversed = splitWords([...text].reverse().join(''), most);
    return reversed.map((word) => [...word].reverse().join('')).reverse();
  }
  const wanted = checkSeparator(separator);
  const parts = text.split(wanted);
  if (parts.length <= most + 1) return parts;
  const cut = parts.length - most;
  return [parts.slice(0, cut).join(wanted), ...parts.slice(cut)];
}

export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(LINE_END)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(start, keepEnds ? end : match.index));
    start = end;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

export function partition(text: string, separator: string): Tuple {
  const at = text.indexOf(checkSeparator(separator));
  if (at === -1) return Tuple.from([text, '', '']) as Tuple;
  return Tuple.from([text.slice(0, at), separator, text.slice(at + separator.length)]) as Tuple;
}

export function rpartition(text: string, separator: string): Tuple {
  const at = text.lastIndexOf(checkSeparator(separator));
  if (at === -1) return Tuple.from(['', '', text]) as Tuple;
  return Tuple.from([text.slice(0, at), separator, text.slice(at + separator.length)]) as Tuple;
}

export function zfill(text: string, width: number): string {
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

export function expandTabs(text: string, size: number): string {
  let column = 0;
  return [...text]
    .map((character) => {
      if (character === '\n' || character === '\r') column = 0;
      else if (character !== '\t') column++;
      else {
        const width = size > 0 ? size - (column % size) : 0;
        column += width;
        return ' '.repeat(width);
      }
      return character;
    })
    .join('');
}

/** `str.translate` with a dict of code points. */
export function translate(text: string, table: Value): string {
  if (!isMapping(table)) throw typeError('translate() needs a dict');
  return [...text]
    .map((character) => {
      const to = mappingGet(table, character.codePointAt(0) as number);
      if (to === undefined) return character;
      return to === null ? '' : typeof to === 'number' ? String.fromCodePoint(to) : pyStr(to);
    })
    .join('');
}

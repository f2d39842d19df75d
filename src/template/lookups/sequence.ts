import type { Lookup } from '../contract.ts';
import { formatPercent } from '../python/format-percent.ts';
import { pyRepr, pyStr } from '../python/print.ts';
import { argumentError, parseKeyValues, termText } from './options.ts';

const SHORTCUT = /^(?:(0?x?[0-9a-f]+)-)?(0?x?[0-9a-f]+)(?:\/(0?x?[0-9a-f]+))?(?::(.+))?$/i;
const MAX_ITEMS = 1_000_000;

interface Sequence {
  start: number;
  end?: number;
  count?: number;
  stride: number;
  format: string;
}

/** Python's `int(text, 0)`: decimal, 0x, 0o, 0b; undefined for anything else, 012 too. */
function integer(text: string): number | undefined {
  const plain = text.trim().replaceAll('_', '').toLowerCase();
  const match = /^([-+]?)(0x[0-9a-f]+|0o[0-7]+|0b[01]+|0+|[1-9]\d*)$/.exec(plain);
  return match ? Number(match[2]) * (match[1] === '-' ? -1 : 1) : undefined;
}

function named(name: string, text: string): number {
  const value = integer(text);
  if (value === undefined) throw argumentError(`can't parse ${name}=${text} as integer`);
  return value;
}

function fromShortcut(term: string): Sequence | undefined {
  const match = SHORTCUT.exec(term);
  if (!match) return undefined;
  const [, start, end, stride, format] = match;
  return {
    start: start === undefined ? 1 : named('start', start),
    end: named('end', end),
    stride: stride === undefined ? 1 : named('stride', stride),
    format: format ?? '%d',
  };
}

function fromOptions(options: ReadonlyMap<string, string>, rest: string): Sequence {
  const sequence: Sequence = { start: 1, stride: 1, format: options.get('format') ?? '%d' };
  const unknown = [...options.keys()].filter((name) => !['start', 'end', 'count', 'stride', 'format'].includes(name));
  if (rest !== '') unknown.push('_raw_params');
  for (const name of ['start', 'end', 'count', 'stride'] as const) {
    const text = options.get(name);
    if (text !== undefined) sequence[name] = named(name, text);
  }
  if (unknown.length > 0) throw argumentError(`unrecognized arguments to with_sequence: ${pyRepr(unknown)}`);
  return sequence;
}

function withEnd(sequence: Sequence): Required<Omit<Sequence, 'count'>> {
  const { start, end, count, stride, format } = sequence;
  if (count === undefined && end === undefined) throw argumentError('must specify count or end in with_sequence');
  if (count !== undefined && end !== undefined)
    throw argumentError("can't specify both count and end in with_sequence");
  if (count === 0) return { start: 0, end: 0, stride: 0, format };
  return { start, end: end ?? start + (count as number) * stride - 1, stride, format };
}

function generate({ start, end, stride, format }: Required<Omit<Sequence, 'count'>>): string[] {
  if (stride > 0 && end < start) throw argumentError('to count backwards make stride negative');
  if (stride < 0 && end > start) throw argumentError("to count forward don't make stride negative");
  if (format.split('%').length !== 2) throw argumentError(`bad formatting string: ${format}`);
  if (stride === 0) return [];
  const length = Math.max(0, Math.floor((end - start) / stride) + 1);
  if (length > MAX_ITEMS) throw argumentError(`a sequence of ${length} items; at most ${MAX_ITEMS} are allowed`);
  return Array.from({ length }, (_, i) => formatted(start + i * stride, format));
}

function formatted(value: number, format: string): string {
  try {
    return formatPercent(format, value);
  } catch {
    throw argumentError(`problem formatting ${value} with ${pyRepr(format)}`);
  }
}

const sequence: Lookup = (_context, terms, kwargs) => {
  const options = new Map([...kwargs].map(([name, value]) => [name, pyStr(value)]));
  if (terms.length === 0 && options.size > 0) return generate(withEnd(fromOptions(options, '')));
  return terms.map(termText).flatMap((term) => {
    const { options: inline, rest } = parseKeyValues(term);
    return generate(withEnd(fromShortcut(term) ?? fromOptions(inline, rest)));
  });
};

/** `with_sequence`: numbers as texts. */
export const sequenceLookups: Record<string, Lookup> = { sequence };

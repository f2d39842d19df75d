import { Undefined, isMapping, type Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { defined, raiseUndefined, typeError } from '../../errors.ts';
import { formatPercent } from '../../python/format-percent.ts';
import { strip } from '../../python/methods/string-split.ts';
import { capitalize } from '../../python/methods/string-case.ts';
import { splitLines } from '../../python/methods/string-split.ts';
import { stringMethods } from '../../python/methods/string.ts';
import { pyRepr, pyStr } from '../../python/print.ts';
import { iterate, pyType } from '../../python/types.ts';
import { Tuple } from '../../../base/value.ts';
import { FilterArguments } from './arguments.ts';
import { wordwrap } from './wordwrap.ts';

const TITLE_WORD = /([-\s({[<]+)/u;

function titleOf(text: string): string {
  return text
    .split(TITLE_WORD)
    .map((word) => (word === '' ? '' : capitalize(word)))
    .join('');
}

/** `replace(old, new, count=none)` */
const replace: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const limit = given.integer(2, 'count', -1);
  const method = stringMethods.get('replace');
  return method?.(pyStr(value), [given.text(0, 'old', ''), given.text(1, 'new', ''), limit], new Map()) ?? '';
};

/** @throws ToaError E_TEMPLATE_TYPE for what is no text, as Python's own operations do */
function textOf(value: Value): string {
  const known = defined(value);
  if (typeof known !== 'string') throw typeError(`expected a str, got ${pyType(known)}`);
  return known;
}

/** `indent(width=4, first=false, blank=false)` */
const indent: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const width = given.value(0, 'width') ?? 4;
  const lead = typeof width === 'string' ? width : ' '.repeat(given.integer(0, 'width', 4));
  const [head, ...lines] = splitLines(`${textOf(value)}\n`, false);
  const blank = given.flag(2, 'blank', false);
  const rest = lines.map((line) => (line === '' && !blank ? line : lead + line));
  const text = [head ?? '', ...rest].join('\n');
  return given.flag(1, 'first', false) ? lead + text : text;
};

/** `truncate(length=255, killwords=false, end='...', leeway=5)` */
const truncate: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const text = [...textOf(value)];
  const length = given.integer(0, 'length', 255);
  const end = given.text(2, 'end', '...');
  if (text.length <= length + given.integer(3, 'leeway', 5)) return text.join('');
  const cut = text.slice(0, Math.max(0, length - end.length)).join('');
  if (given.flag(1, 'killwords', false)) return cut + end;
  const space = cut.lastIndexOf(' ');
  return (space === -1 ? cut : cut.slice(0, space)) + end;
};

/** `wordwrap(width=79, break_long_words=true, wrapstring='\n', break_on_hyphens=true)` */
const wordwrapFilter: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const options = {
    width: given.integer(0, 'width', 79),
    breakLongWords: given.flag(1, 'break_long_words', true),
    breakOnHyphens: given.flag(3, 'break_on_hyphens', true),
  };
  const newline = given.value(2, 'wrapstring');
  const separator = newline === undefined || newline === null ? '\n' : pyStr(newline);
  return splitLines(pyStr(value), false)
    .map((line) => wordwrap(line, options).join(separator))
    .join(separator);
};

/** `format(value, ...)`: Python's `%`. */
const format: Filter = (_context, value, args, kwargs) => {
  for (const arg of args) if (arg instanceof Undefined) raiseUndefined(arg);
  const named = new Map([...kwargs].map(([key, item]) => [key as Value, item]));
  return formatPercent(pyStr(value), kwargs.size > 0 ? named : Tuple.from(args));
};

function quote(text: string, keepSlash: boolean): string {
  const escaped = encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return keepSlash ? escaped.replaceAll('%2F', '/') : escaped;
}

/** `urlencode`: a text is quoted; pairs become a query. */
const urlencode: Filter = (_context, value) => {
  if (typeof value === 'string' || !(isMapping(value) || Array.isArray(value))) return quote(pyStr(value), true);
  const pairs = isMapping(value)
    ? [...value.keys()].map((key) => [key, value.get(key) ?? null])
    : value.map((pair) => [...iterate(pair)]);
  return pairs.map((pair) => pair.map((item) => quote(pyStr(item), false).replaceAll('%20', '+')).join('=')).join('&');
};

export const textFilters: Record<string, Filter> = {
  capitalize: (_context, value) => capitalize(pyStr(value)),
  center: (_context, value, args, kwargs) => {
    const width = new FilterArguments(args, kwargs).integer(0, 'width', 80);
    return stringMethods.get('center')?.(pyStr(value), [width], new Map()) ?? '';
  },
  format,
  indent,
  lower: (_context, value) => pyStr(value).toLowerCase(),
  pprint: (_context, value) => pyRepr(value),
  replace,
  string: (_context, value) => pyStr(value),
  title: (_context, value) => titleOf(pyStr(value)),
  trim: (_context, value, args, kwargs) =>
    strip(pyStr(value), new FilterArguments(args, kwargs).value(0, 'chars'), 'both'),
  truncate,
  upper: (_context, value) => pyStr(value).toUpperCase(),
  urlencode,
  wordcount: (_context, value) => pyStr(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0,
  wordwrap: wordwrapFilter,
};

import { Tuple, Undefined, isMapping, type Value } from '../../base/value.ts';
import { mappingGet } from './compare.ts';
import { raiseUndefined, typeError } from '../errors.ts';
import { formatFloat, formatInteger } from './format-number.ts';
import { pyRepr, pyStr } from './print.ts';
import { asFloat, pyType } from './types.ts';

const DIRECTIVE = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S])?/g;
const HAS_PRECISION = /\.(?:\*|\d+)?[hlL]?[\s\S]?$/;

type Directive = { flags: string; width: number; precision: number | undefined; type: string };

function isNumberType(type: string): boolean {
  return 'diouxXeEfFgG'.includes(type);
}

function numberText(value: Value, { flags, precision, type }: Directive): string {
  const number = asFloat(value);
  if (number === undefined) {
    const wanted = 'diu'.includes(type) ? 'a real number is' : 'oxX'.includes(type) ? 'an integer is' : '';
    throw typeError(
      wanted === ''
        ? 'must be real number, not ' + pyType(value)
        : `%${type} format: ${wanted} required, not ${pyType(value)}`,
    );
  }
  const negative = number < 0 || Object.is(number, -0);
  const body =
    'diouxX'.includes(type) && Number.isFinite(number)
      ? formatInteger(typeof value === 'bigint' ? value : BigInt(Math.trunc(number)), type, flags.includes('#'))
      : formatFloat(Math.abs(number), type, precision ?? 6, flags.includes('#'));
  const sign = negative && !body.startsWith('-') ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return body.startsWith('-') ? body : sign + body;
}

function pad(text: string, directive: Directive): string {
  const { flags, width, type } = directive;
  if (text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !isNumberType(type)) return text.padStart(width);
  const prefix = /^[-+ ]?(?:0[xo])?/i.exec(text)?.[0] ?? '';
  return prefix + text.slice(prefix.length).padStart(width - prefix.length, '0');
}

function convert(value: Value, directive: Directive): string {
  const { type, precision } = directive;
  if (value instanceof Undefined) raiseUndefined(value);
  if (isNumberType(type)) {
    const text = numberText(value, directive);
    return precision !== undefined && 'diu'.includes(type)
      ? text.replace(/\d+/, (d) => d.padStart(precision, '0'))
      : text;
  }
  if (type === 'c') return typeof value === 'string' ? value : String.fromCodePoint(asFloat(value) ?? 0);
  if (type !== 's' && type !== 'r' && type !== 'a') throw typeError(`unsupported format character '${type}'`);
  const text = type === 's' ? pyStr(value) : pyRepr(value);
  return precision === undefined ? text : text.slice(0, precision);
}

/** Python's `format % values`. @throws ToaError E_TEMPLATE_TYPE, E_TEMPLATE_UNDEFINED */
export function formatPercent(format: string, values: Value): string {
  const list = values instanceof Tuple ? values : [values];
  let used = 0;
  const next = (): Value => {
    if (used >= list.length) throw typeError('not enough arguments for format string');
    return list[used++];
  };
  const star = (text: string | undefined): number => (text === '*' ? (asFloat(next()) ?? 0) : Number(text ?? 0));
  const text = format.replace(DIRECTIVE, (whole, key, flags: string, width, precisionText, type) => {
    if (type === '%') return '%';
    if (type === undefined) throw typeError('incomplete format');
    const directive: Directive = { flags, width: star(width), precision: undefined, type };
    if (HAS_PRECISION.test(whole)) directive.precision = star(precisionText);
    if (key === undefined) return pad(convert(next(), directive), directive);
    if (!isMapping(values)) throw typeError('format requires a mapping');
    const value = mappingGet(values, key);
    if (value === undefined) throw typeError(`the dict has no key '${key}' that the format names`);
    return pad(convert(value, directive), directive);
  });
  // Python takes whatever can be subscripted for a mapping, of which parts may stay unused.
  const subscriptable = isMapping(values) || values instanceof Undefined;
  const anyLeft = used < list.length && !subscriptable && !(Array.isArray(values) && !(values instanceof Tuple));
  if (anyLeft) throw typeError('not all arguments converted during string formatting');
  return text;
}

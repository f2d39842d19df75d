import { PyFloat, float, type Value } from '../../../base/value.ts';
import { binaryOperation, integer, negate } from '../../python/arithmetic.ts';
import { LenientUndefined, defined, typeError } from '../../errors.ts';
import type { Filter } from '../../contract.ts';
import { truncate } from '../../python/methods/number.ts';
import { pyCompare } from '../../python/compare.ts';
import { asFloat, isFloat, pyType, toArray } from '../../python/types.ts';
import { FilterArguments } from './arguments.ts';
import { attributeGetter } from './attribute.ts';

const PREFIXES: Record<number, RegExp> = { 2: /^0b/i, 8: /^0o/i, 16: /^0x/i };
const INTEGER = /^[-+]?\d+(?:_\d+)*$/;
const FLOAT = /^[-+]?(?:(?:\d+(?:_\d+)*)?\.?\d+(?:_\d+)*\.?(?:e[-+]?\d+)?|inf(?:inity)?|nan)$/i;

function parseInteger(text: string, base: number): number | bigint | undefined {
  const body = text.trim();
  if (base === 10) return INTEGER.test(body) ? integer(BigInt(body.replaceAll('_', '').replace(/^\+/, ''))) : undefined;
  const sign = body.startsWith('-') ? -1 : 1;
  const digits = body
    .replace(/^[-+]/, '')
    .replace(PREFIXES[base] ?? /^$/, '')
    .replaceAll('_', '');
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, base);
  if (digits === '' || ![...digits.toLowerCase()].every((c) => alphabet.includes(c))) return undefined;
  let value = 0n;
  for (const digit of digits.toLowerCase()) value = value * BigInt(base) + BigInt(alphabet.indexOf(digit));
  return integer(sign < 0 ? -value : value);
}

/** Text as a float, as Python's `float()` reads it. */
function parseFloatText(text: string): number | undefined {
  const body = text.trim();
  if (!FLOAT.test(body)) return undefined;
  const plain = body.replaceAll('_', '').toLowerCase();
  if (plain.endsWith('nan')) return Number.NaN;
  if (plain.includes('inf')) return plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(plain);
}

/** `int(default=0, base=10)`: never fails on text that is no number. */
const int: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const otherwise = given.value(0, 'default') ?? 0;
  if (value instanceof LenientUndefined) return otherwise;
  const known = defined(value);
  if (typeof known !== 'string') return truncate(known) ?? otherwise;
  const whole = parseInteger(known, given.integer(1, 'base', 10));
  if (whole !== undefined) return whole;
  const number = parseFloatText(known);
  return number === undefined || !Number.isFinite(number) ? otherwise : integer(BigInt(Math.trunc(number)));
};

const floatFilter: Filter = (_context, value, args, kwargs) => {
  const otherwise = new FilterArguments(args, kwargs).value(0, 'default') ?? float(0);
  const known = defined(value);
  const number = typeof known === 'string' ? parseFloatText(known) : asFloat(known);
  return number === undefined ? otherwise : float(number);
};

/** Rounds half to even on the exact binary value, as Python's `round`. */
function roundCommon(value: number, precision: number): number {
  if (precision > 15 || !Number.isFinite(value)) return value;
  if (precision < 0) {
    const scale = 10 ** -precision;
    return halfEven(value / scale) * scale;
  }
  const exact = exactDecimal(Math.abs(value));
  const [whole, fraction = ''] = exact.split('.');
  if (fraction.length <= precision) return value;
  const kept = BigInt(whole + fraction.slice(0, precision));
  const rest = fraction.slice(precision);
  const half = `5${'0'.repeat(rest.length - 1)}`;
  const up = rest > half || (rest === half && kept % 2n === 1n);
  const digits = String(up ? kept + 1n : kept).padStart(precision + 1, '0');
  const cut = digits.length - precision;
  return Math.sign(value) * Number(`${digits.slice(0, cut)}.${digits.slice(cut) || '0'}`);
}

/** All decimal digits of a double; JavaScript gives up to 100 after the point, which the sizes here never exceed. */
function exactDecimal(value: number): string {
  // oxlint-disable-next-line number-arg-out-of-range -- since ES2018 the limit is 100
  return value >= 1e21 ? BigInt(value).toString() : value.toFixed(100).replace(/0+$/, '').replace(/\.$/, '');
}

function halfEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** `round(precision=0, method='common'|'ceil'|'floor')`: always a float. */
const round: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const precision = given.integer(0, 'precision', 0);
  const method = given.text(1, 'method', 'common');
  const number = asFloat(defined(value));
  if (number === undefined) throw typeError(`type ${pyType(value)} doesn't define __round__ method`);
  if (!['common', 'ceil', 'floor'].includes(method)) throw typeError('method must be common, ceil or floor');
  if (method === 'common') {
    const rounded = roundCommon(number, precision);
    return isFloat(value) ? float(rounded) : integer(BigInt(rounded));
  }
  const scale = 10 ** precision;
  return float((method === 'ceil' ? Math.ceil(number * scale) : Math.floor(number * scale)) / scale);
};

/** `filesizeformat(binary=false)` */
const filesizeformat: Filter = (_context, value, args, kwargs) => {
  const binary = new FilterArguments(args, kwargs).flag(0, 'binary', false);
  const bytes = typeof value === 'string' ? parseFloatText(value) : asFloat(defined(value));
  if (bytes === undefined) throw typeError(`could not convert ${pyType(value)} to a number of bytes`);
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const units = binary
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  let unit = base;
  let index = 0;
  while (index < units.length - 1 && bytes >= unit * base) {
    unit *= base;
    index++;
  }
  return `${(bytes / unit).toFixed(1)} ${units[index]}`;
};

/** `sum(attribute=none, start=0)` */
const sum: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const get = attributeGetter(given.value(0, 'attribute'));
  return toArray(value).reduce<Value>(
    (total, item) => binaryOperation('+', total, get(item)),
    given.value(1, 'start') ?? 0,
  );
};

const abs: Filter = (_context, value) => {
  const known = defined(value);
  if (asFloat(known) === undefined) throw typeError(`bad operand type for abs(): '${pyType(value)}'`);
  if (pyCompare(known, 0) < 0 || (known instanceof PyFloat && Object.is(known.value, -0))) return negate(known);
  return typeof known === 'boolean' ? Number(known) : known;
};

export const numberFilters: Record<string, Filter> = { abs, filesizeformat, float: floatFilter, int, round, sum };

import { Opaque, isMapping, type Value } from '../../base/value.ts';
import { getAttr, getItem } from './access.ts';
import { defined, typeError } from '../errors.ts';
import { formatFloat, formatInteger } from './format-number.ts';
import { floatRepr, pyRepr, pyStr } from './print.ts';
import { asFloat, isFloat, pyType } from './types.ts';

const FIELD = /\{\{|\}\}|\{([^{}:!]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g;
const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ]?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([bcdeEfFgGnosxX%]?)$/u;

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly group: string;
  readonly precision: number | undefined;
  readonly type: string;
}

function parseSpec(text: string, value: Value): Spec {
  const match = SPEC.exec(text);
  if (match === null) throw typeError(`Invalid format specifier '${text}' for object of type '${pyType(value)}'`);
  const [, fill, side, sign, alternate, zero, width, group, precision, type] = match;
  return {
    fill: fill ?? (zero === '' ? ' ' : '0'),
    align: side ?? (zero === '' ? '' : '='),
    sign,
    alternate: alternate !== '',
    width: Number(width),
    group,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

function groupDigits(digits: string, group: string): string {
  if (group === '') return digits;
  const [whole, ...rest] = digits.split(/(?=[.e%])/);
  return whole.replace(/\B(?=(?:\d{3})+$)/g, group) + rest.join('');
}

function floatDigits(size: number, { type, precision, alternate }: Spec): string {
  if (type === '%') return `${formatFloat(size * 100, 'f', precision ?? 6)}%`;
  if (type !== '' && type !== 'n') return formatFloat(size, type, precision ?? 6, alternate);
  if (precision === undefined) return floatRepr(size);
  const text = formatFloat(size, 'g', precision);
  return /[.en]/.test(text) || precision === 0 ? text : `${text}.0`;
}

function formatNumber(value: Value, spec: Spec): string {
  const number = asFloat(value) as number;
  const asInteger = !isFloat(value) && !'eEfFgG%'.includes(spec.type || ' ');
  if (isFloat(value) && 'bcdoxX'.includes(spec.type || ' ')) {
    throw typeError(`Unknown format code '${spec.type}' for object of type 'float'`);
  }
  if (spec.type === 'c') return String.fromCodePoint(number);
  const negative = number < 0 || Object.is(number, -0);
  let digits: string;
  if (asInteger) {
    const whole = typeof value === 'bigint' ? value : BigInt(number);
    digits = formatInteger(whole < 0n ? -whole : whole, spec.type, spec.alternate);
  } else digits = floatDigits(Math.abs(number), spec);
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign;
  return sign + groupDigits(digits, spec.group);
}

function align(text: string, { fill, align: where, width }: Spec, isNumeric: boolean): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  const side = where === '' ? (isNumeric ? '>' : '<') : where;
  if (side === '<') return text + fill.repeat(missing);
  if (side === '>') return fill.repeat(missing) + text;
  if (side === '^') return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2));
  const prefix = /^[-+ ]?(?:0[xob])?/i.exec(text)?.[0] ?? '';
  return prefix + fill.repeat(missing) + text.slice(prefix.length);
}

/** Python's `format(value, spec)`. @throws ToaError E_TEMPLATE_TYPE */
function formatValue(value: Value, specText: string): string {
  if (specText === '') return pyStr(value);
  if (value instanceof Opaque) {
    const format = value.getAttr('strftime');
    const { invoke } = (format ?? {}) as { invoke?: (args: Value[], kwargs: Map<string, Value>) => Value };
    if (invoke !== undefined) return pyStr(invoke([specText], new Map()));
    return pyStr(value);
  }
  const spec = parseSpec(specText, value);
  const isNumeric = asFloat(value) !== undefined && (typeof value !== 'boolean' || spec.type !== '');
  if (isNumeric && spec.type !== 's') return align(formatNumber(value, spec), spec, true);
  if (typeof value !== 'string' && typeof value !== 'boolean') {
    throw typeError(`unsupported format string passed to ${pyType(value)}.__format__`);
  }
  if (spec.type !== '' && spec.type !== 's') {
    throw typeError(`Unknown format code '${spec.type}' for object of type '${pyType(value)}'`);
  }
  const text = pyStr(value);
  return align(spec.precision === undefined ? text : [...text].slice(0, spec.precision).join(''), spec, false);
}

/** `0.name[key]`: an argument and what is taken from it. */
function fieldValue(
  path: string,
  next: () => number,
  args: readonly Value[],
  kwargs: ReadonlyMap<string, Value>,
): Value {
  const [, head, tail] = /^([^.[]*)([\s\S]*)$/.exec(path) as RegExpExecArray;
  const index = head === '' ? next() : /^\d+$/.test(head) ? Number(head) : undefined;
  let value = index === undefined ? kwargs.get(head) : args[index];
  if (value === undefined) {
    throw typeError(
      index === undefined ? `KeyError: '${head}'` : `Replacement index ${index} out of range for positional args tuple`,
    );
  }
  for (const [, name, key] of tail.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
    if (name !== undefined) value = isMapping(value) ? getItem(value, name) : getAttr(value, name);
    else value = getItem(value, /^\d+$/.test(key) ? Number(key) : key);
  }
  return defined(value);
}

/** Python's `str.format`. @throws ToaError E_TEMPLATE_TYPE, E_TEMPLATE_UNDEFINED */
export function formatBraces(format: string, args: readonly Value[], kwargs: ReadonlyMap<string, Value>): string {
  let used = 0;
  const next = (): number => used++;
  return format.replace(FIELD, (whole, path: string | undefined, conversion: string | undefined, spec = '') => {
    if (whole === '{{' || whole === '}}') return whole[0];
    if (path === undefined) throw typeError(`Single '${whole}' encountered in format string`);
    const value = fieldValue(path, next, args, kwargs);
    const resolvedSpec = (spec as string).replace(/\{([^{}]*)\}/g, (_, inner: string) =>
      pyStr(fieldValue(inner, next, args, kwargs)),
    );
    if (conversion === undefined) return formatValue(value, resolvedSpec);
    return formatValue(conversion === 's' ? pyStr(value) : pyRepr(value), resolvedSpec);
  });
}

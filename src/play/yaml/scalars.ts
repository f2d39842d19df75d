import { float, type Value } from '../../base/value.ts';
import { timestamp } from './timestamps.ts';

/*
 * Implicit types of plain scalars as PyYAML's SafeLoader reads them: YAML 1.1's types
 * (https://yaml.org/type/), with PyYAML's narrower floats: an exponent needs a dot and a sign.
 */
const BOOLEAN: ReadonlyMap<string, boolean> = new Map(
  ['yes', 'true', 'on', 'no', 'false', 'off'].flatMap((word, i) => {
    const capital = word[0].toUpperCase() + word.slice(1);
    return [word, capital, word.toUpperCase()].map((form): [string, boolean] => [form, i < 3]);
  }),
);
const NULL: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const INTEGER =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function digits(text: string): bigint {
  if (/^0[bx]/.test(text)) return BigInt(text);
  if (text.includes(':')) return text.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  return text.startsWith('0') ? BigInt(`0o0${text.slice(1)}`) : BigInt(text);
}

/** An integer as YAML 1.1 writes them: decimal, octal 0644, 0x, 0b, sexagesimal 22:30, with `_` between digits. */
export function parseInteger(source: string): number | bigint | undefined {
  if (!INTEGER.test(source)) return undefined;
  const plain = source.replaceAll('_', '');
  const negative = plain.startsWith('-');
  const magnitude = plain.replace(/^[-+]/, '');
  if (/^0[bx]?$/.test(magnitude)) return 0;
  const value = digits(magnitude);
  return narrow(negative ? -value : value);
}

/** A float as PyYAML reads it: 1.5, 1.0e+3, .inf, sexagesimal 1:30.5. */
export function parseFloatScalar(source: string): Value | undefined {
  if (!FLOAT.test(source)) return undefined;
  const plain = source.replaceAll('_', '').toLowerCase();
  const sign = plain.startsWith('-') ? -1 : 1;
  const magnitude = plain.replace(/^[-+]/, '');
  if (magnitude === '.inf') return sign * Infinity;
  if (magnitude === '.nan') return NaN;
  if (!magnitude.includes(':')) return float(sign * Number(magnitude));
  return float(sign * magnitude.split(':').reduce((sum, part) => sum * 60 + Number(part), 0));
}

/**
 * The value of a plain scalar, or undefined when it is text. Dates and times become final strings in the form in
 * which Python prints them.
 */
export function resolvePlain(source: string): Value | undefined {
  if (NULL.has(source)) return null;
  const first = source.charCodeAt(0);
  const mayBeNumber = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (!mayBeNumber) return BOOLEAN.get(source);
  return parseInteger(source) ?? parseFloatScalar(source) ?? timestamp(source);
}

/** The value of a scalar with an explicit core tag (`!!int "5"`), or undefined when it cannot be read so. */
export function resolveTagged(type: string, source: string): Value | undefined {
  switch (type) {
    case 'int':
      return parseInteger(source);
    case 'float':
      return parseFloatScalar(source) ?? (/^[-+]?\d+$/.test(source) ? float(Number(source)) : undefined);
    case 'bool':
      return BOOLEAN.get(source.toLowerCase());
    case 'null':
      return null;
    case 'timestamp':
      return timestamp(source);
    case 'binary':
      return Buffer.from(source, 'base64').toString('utf8');
    default:
      return undefined;
  }
}

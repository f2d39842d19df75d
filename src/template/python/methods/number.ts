import { PyFloat, Tuple, float, type Value } from '../../../base/value.ts';
import { integer } from '../arithmetic.ts';
import { asFloat, isFloat, isInteger } from '../types.ts';
import type { Method } from './method.ts';

type Int = number | bigint;
type Float = number | PyFloat;

function bitLength(value: Int): number {
  const size = BigInt(value) < 0n ? -BigInt(value) : BigInt(value);
  return size === 0n ? 0 : size.toString(2).length;
}

export const integerMethods: ReadonlyMap<string, Method<Int>> = new Map<string, Method<Int>>([
  ['bit_length', (self) => bitLength(self)],
  ['bit_count', (self) => BigInt(self).toString(2).replace(/[^1]/g, '').length],
  ['conjugate', (self) => self],
  ['as_integer_ratio', (self) => Tuple.from([self, 1])],
]);

export const floatMethods: ReadonlyMap<string, Method<Float>> = new Map<string, Method<Float>>([
  ['is_integer', (self) => self instanceof PyFloat],
  ['conjugate', (self) => self],
]);

/** `real`, `imag`, `numerator`, `denominator` of numbers. */
export function numberAttribute(value: Value, name: string): Value | undefined {
  if (!isInteger(value) && !isFloat(value)) return undefined;
  if (name === 'real') return value;
  if (name === 'imag') return isFloat(value) ? float(0) : 0;
  if (!isInteger(value)) return undefined;
  if (name === 'numerator') return value;
  return name === 'denominator' ? 1 : undefined;
}

/** The integer part of a number. */
export function truncate(value: Value): number | bigint | undefined {
  const number = asFloat(value);
  if (number === undefined || !Number.isFinite(number)) return undefined;
  return typeof value === 'bigint' ? value : integer(BigInt(Math.trunc(number)));
}

import { Opaque, PyFloat, Tuple, Undefined, float, type Value } from '../../base/value.ts';
import type { BinaryOperator } from '../syntax/ast.ts';
import { limitError, raiseUndefined, typeError } from '../errors.ts';
import { formatPercent } from './format-percent.ts';
import { asFloat, asIndex, isFloat, protocol, pyType } from './types.ts';

/** Characters or items that repeating (`'x' * n`) may make at most. */
const MAX_REPEAT = 50_000_000;
/** Bits that an integer power may have at most. */
const MAX_POWER_BITS = 100_000;

type Numeric = number | bigint | boolean | PyFloat;

function isNumeric(value: Value): value is Numeric {
  return asFloat(value) !== undefined;
}

/** A bigint as the engine keeps integers: a number where that is exact. */
export function integer(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

function asBigInt(value: Numeric): bigint {
  return typeof value === 'bigint' ? value : BigInt(asFloat(value) as number);
}

function divisionByZero(): never {
  throw typeError('division by zero');
}

const FLOAT_OPERATIONS: Record<BinaryOperator, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? divisionByZero() : a / b),
  '//': (a, b) => (b === 0 ? divisionByZero() : Math.floor(a / b)),
  '%': (a, b) => (b === 0 ? divisionByZero() : a - Math.floor(a / b) * b),
  '**': (a, b) => (a === 0 && b < 0 ? divisionByZero() : a ** b),
};

function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) divisionByZero();
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function power(a: bigint, b: bigint): bigint {
  const bits = a.toString(2).length * Number(b);
  if (bits > MAX_POWER_BITS && a > 1n) throw limitError(`the power would have about ${bits} bits`);
  return a ** b;
}

function bigOperation(operator: BinaryOperator, a: bigint, b: bigint): bigint {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator === '//') return floorDivide(a, b);
  if (operator === '%') return a - floorDivide(a, b) * b;
  return power(a, b);
}

function smallOperation(operator: BinaryOperator, a: number, b: number): number {
  if (operator === '**') return a ** b;
  return FLOAT_OPERATIONS[operator](a, b);
}

function numericOperation(operator: BinaryOperator, a: Numeric, b: Numeric): Value {
  const left = asFloat(a) as number;
  const right = asFloat(b) as number;
  if (isFloat(a) || isFloat(b) || operator === '/') return float(FLOAT_OPERATIONS[operator](left, right));
  if (operator === '**' && right < 0) return float(FLOAT_OPERATIONS[operator](left, right));
  const small = Number.isSafeInteger(left) && Number.isSafeInteger(right);
  const result = small ? smallOperation(operator, left, right) : Number.NaN;
  // -0 is a float's; integers have one zero.
  if (Number.isSafeInteger(result)) return result === 0 ? 0 : result;
  return integer(bigOperation(operator, asBigInt(a), asBigInt(b)));
}

function repeat(value: string | readonly Value[], times: number): Value {
  const count = Math.max(0, times);
  if (value.length * count > MAX_REPEAT) throw limitError(`repeating makes more than ${MAX_REPEAT} items`);
  if (typeof value === 'string') return value.repeat(count);
  const items = Array.from({ length: count }, () => value).flat();
  return value instanceof Tuple ? Tuple.from(items) : items;
}

function sequenceOperation(operator: BinaryOperator, a: Value, b: Value): Value | undefined {
  if (operator === '+') {
    if (typeof a === 'string' && typeof b === 'string') return a + b;
    if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) {
      const items = [...a, ...b];
      return a instanceof Tuple ? Tuple.from(items) : items;
    }
  }
  if (operator === '*') {
    const times = asIndex(b);
    if ((typeof a === 'string' || Array.isArray(a)) && times !== undefined) return repeat(a, times);
    const reversed = asIndex(a);
    if ((typeof b === 'string' || Array.isArray(b)) && reversed !== undefined) return repeat(b, reversed);
  }
  return undefined;
}

function refuse(operator: BinaryOperator, a: Value, b: Value): never {
  if (operator === '+' && typeof a === 'string') {
    throw typeError(
      `can only concatenate str (not "${pyType(b)}") to str`,
      'join texts with ~, which turns both sides into text',
    );
  }
  if (operator === '+' && Array.isArray(a)) {
    throw typeError(`can only concatenate ${pyType(a)} (not "${pyType(b)}") to ${pyType(a)}`);
  }
  const name = operator === '**' ? '** or pow()' : operator;
  throw typeError(`unsupported operand type(s) for ${name}: '${pyType(a)}' and '${pyType(b)}'`);
}

/** `a operator b` as Python computes it. @throws ToaError E_TEMPLATE_TYPE, E_TEMPLATE_UNDEFINED, E_TEMPLATE_LIMIT */
export function binaryOperation(operator: BinaryOperator, a: Value, b: Value): Value {
  if (a instanceof Undefined) raiseUndefined(a);
  if (operator === '%' && typeof a === 'string') return formatPercent(a, b);
  if (b instanceof Undefined) raiseUndefined(b);
  if (isNumeric(a) && isNumeric(b)) return numericOperation(operator, a, b);
  const opaque =
    (a instanceof Opaque ? protocol(a).binary?.(operator, b, false) : undefined) ??
    (b instanceof Opaque ? protocol(b).binary?.(operator, a, true) : undefined);
  return opaque ?? sequenceOperation(operator, a, b) ?? refuse(operator, a, b);
}

/** `-value`. @throws ToaError E_TEMPLATE_TYPE, E_TEMPLATE_UNDEFINED */
export function negate(value: Value): Value {
  if (value instanceof Undefined) raiseUndefined(value);
  if (typeof value === 'bigint') return -value;
  if (value instanceof PyFloat) return new PyFloat(-value.value);
  const number = asFloat(value);
  if (number === undefined) throw typeError(`bad operand type for unary -: '${pyType(value)}'`);
  return number === 0 ? 0 : -number;
}

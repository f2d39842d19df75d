import { Opaque, Undefined, isMapping, type Value } from '../../base/value.ts';
import { binaryOperation } from '../python/arithmetic.ts';
import { contains, pyCompare, pyEquals } from '../python/compare.ts';
import type { Test } from '../contract.ts';
import { raiseUndefined, typeError } from '../errors.ts';
import { isCallable } from '../evaluate/callable.ts';
import { pyStr } from '../python/print.ts';
import { asFloat, isFloat, isInteger, protocol, pyType, truthy } from '../python/types.ts';

function remainder(value: Value, divisor: Value): Value {
  if (value instanceof Undefined) raiseUndefined(value);
  if (typeof value === 'string') throw typeError('not all arguments converted during string formatting');
  return binaryOperation('%', value, divisor);
}

function isNumber(value: Value): boolean {
  return asFloat(value) !== undefined;
}

function isIterable(value: Value): boolean {
  if (value instanceof Undefined) raiseUndefined(value);
  if (typeof value === 'string' || Array.isArray(value) || isMapping(value)) return true;
  return value instanceof Opaque && protocol(value).iterate !== undefined;
}

/** Text in which every letter that has a case is of the wanted one. */
function cased(value: Value, change: (text: string) => string): boolean {
  const text = pyStr(value);
  return text === change(text) && text.toLowerCase() !== text.toUpperCase();
}

const equal: Test = (_context, value, [other]) => pyEquals(value, other);
const notEqual: Test = (_context, value, [other]) => !pyEquals(value, other);
const greater: Test = (_context, value, [other]) => pyCompare(value, other, '>') > 0;
const greaterOrEqual: Test = (_context, value, [other]) => pyCompare(value, other, '>=') >= 0;
const less: Test = (_context, value, [other]) => pyCompare(value, other, '<') < 0;
const lessOrEqual: Test = (_context, value, [other]) => pyCompare(value, other, '<=') <= 0;

/** Takes the value's names of filters and tests from trying them with nothing: there is no other way to ask. */
function exists(kind: 'filter' | 'test'): Test {
  return (context, value) => {
    try {
      context[kind](pyStr(value), '', [], new Map());
      return true;
    } catch (error) {
      return !(error instanceof Error && 'code' in error && error.code === 'E_TEMPLATE_FILTER');
    }
  };
}

const tests: Record<string, Test> = {
  boolean: (_context, value) => typeof value === 'boolean',
  callable: (_context, value) => isCallable(value),
  defined: (_context, value) => !(value instanceof Undefined),
  divisibleby: (_context, value, [divisor]) => !truthy(remainder(value, divisor)),
  eq: equal,
  equalto: equal,
  '==': equal,
  escaped: () => false,
  even: (_context, value) => pyEquals(remainder(value, 2), 0),
  false: (_context, value) => value === false,
  filter: exists('filter'),
  float: (_context, value) => isFloat(value),
  ge: greaterOrEqual,
  '>=': greaterOrEqual,
  greaterthan: greater,
  gt: greater,
  '>': greater,
  in: (_context, value, [container]) => contains(container, value),
  integer: (_context, value) => isInteger(value),
  iterable: (_context, value) => isIterable(value),
  le: lessOrEqual,
  '<=': lessOrEqual,
  lessthan: less,
  lt: less,
  '<': less,
  lower: (_context, value) => cased(value, (text) => text.toLowerCase()),
  mapping: (_context, value) => isMapping(value),
  ne: notEqual,
  '!=': notEqual,
  none: (_context, value) => value === null,
  number: (_context, value) => isNumber(value),
  odd: (_context, value) => pyEquals(remainder(value, 2), 1),
  sameas: (_context, value, [other]) => value === other && pyType(value) === pyType(other),
  sequence: (_context, value) => typeof value === 'string' || Array.isArray(value) || isMapping(value),
  string: (_context, value) => typeof value === 'string',
  test: exists('test'),
  true: (_context, value) => value === true,
  undefined: (_context, value) => value instanceof Undefined,
  upper: (_context, value) => cased(value, (text) => text.toUpperCase()),
};

/** Jinja2 3.1's own tests (https://jinja.palletsprojects.com/en/3.1.x/templates/#builtin-tests). */
export const jinjaTests: ReadonlyMap<string, Test> = new Map(Object.entries(tests));

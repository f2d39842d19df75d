import { LazyMapping, Opaque, PyFloat, Tuple, Undefined, isMapping, type Dict, type Value } from '../../base/value.ts';
import { LenientUndefined, raiseUndefined, typeError } from '../errors.ts';
import { asFloat, hasSurrogates, iterate, protocol, pyType } from './types.ts';

function numericEquals(a: Value, b: Value): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    const left = a instanceof PyFloat ? a.value : a;
    const right = b instanceof PyFloat ? b.value : b;
    // JavaScript compares a bigint with a number exactly, as Python does.
    // eslint-disable-next-line eqeqeq
    return (left as number) == (right as number);
  }
  return asFloat(a) === asFloat(b);
}

function listEquals(a: readonly Value[], b: readonly Value[]): boolean {
  return (
    a.length === b.length &&
    a instanceof Tuple === b instanceof Tuple &&
    a.every((item, index) => pyEquals(item, b[index]))
  );
}

function dictEquals(a: Dict | LazyMapping, b: Dict | LazyMapping): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    const other = mappingGet(b, key);
    if (other === undefined || !pyEquals(a.get(key) as Value, other)) return false;
  }
  return true;
}

/** Python's `a == b`. @throws ToaError E_TEMPLATE_UNDEFINED */
export function pyEquals(a: Value, b: Value): boolean {
  if (a instanceof LenientUndefined || b instanceof LenientUndefined) return a === b;
  if (a instanceof Undefined) raiseUndefined(a);
  if (b instanceof Undefined) raiseUndefined(b);
  if (typeof a === 'string' || typeof b === 'string' || a === null || b === null) return a === b;
  if (asFloat(a) !== undefined) return asFloat(b) !== undefined && numericEquals(a, b);
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && listEquals(a, b);
  if (isMapping(a)) return isMapping(b) && dictEquals(a, b);
  return a instanceof Opaque && (protocol(a).equals?.(b) ?? false);
}

function sign<T extends number | bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares by code points, as Python does; JavaScript's `<` compares UTF-16 units. */
function compareText(a: string, b: string): number {
  if (!hasSurrogates(a) && !hasSurrogates(b)) return sign(a, b);
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = sign(left[i].codePointAt(0) as number, right[i].codePointAt(0) as number);
    if (order !== 0) return order;
  }
  return sign(left.length, right.length);
}

function compareLists(a: readonly Value[], b: readonly Value[], operator: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (!pyEquals(a[i], b[i])) return pyCompare(a[i], b[i], operator);
  }
  return sign(a.length, b.length);
}

function compareNumbers(a: Value, b: Value): number | undefined {
  if (asFloat(a) === undefined || asFloat(b) === undefined) return undefined;
  const left = a instanceof PyFloat ? a.value : (a as number);
  const right = b instanceof PyFloat ? b.value : (b as number);
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * Orders two values: negative, 0 or positive.
 * @param operator the sign that the error message names
 * @throws ToaError E_TEMPLATE_TYPE when Python cannot order them, E_TEMPLATE_UNDEFINED
 */
export function pyCompare(a: Value, b: Value, operator = '<'): number {
  if (typeof a === 'number' && typeof b === 'number') return sign(a, b);
  if (a instanceof Undefined) raiseUndefined(a);
  if (b instanceof Undefined) raiseUndefined(b);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const numeric = compareNumbers(a, b);
  if (numeric !== undefined) return numeric;
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) {
    return compareLists(a, b, operator);
  }
  if (a instanceof Opaque) {
    const order = protocol(a).compare?.(b);
    if (order !== undefined) return order;
  }
  throw typeError(`'${operator}' not supported between instances of '${pyType(a)}' and '${pyType(b)}'`);
}

/** The key under which `mapping` holds something equal to `key`; undefined when it holds none. */
function equalKey(mapping: Dict, key: Value): Value | undefined {
  if (typeof key === 'string' || key === null) return undefined;
  if (key instanceof Undefined) raiseUndefined(key);
  if (Array.isArray(key) && !(key instanceof Tuple)) throw typeError("unhashable type: 'list'");
  if (isMapping(key)) throw typeError("unhashable type: 'dict'");
  const numeric = asFloat(key);
  if (numeric !== undefined) {
    if (mapping.has(numeric)) return numeric;
    if (numeric === 0 || numeric === 1) return mapping.has(numeric === 1) ? numeric === 1 : undefined;
    if (Number.isSafeInteger(numeric) && typeof key !== 'bigint' && !(key instanceof PyFloat)) return undefined;
  }
  for (const candidate of mapping.keys()) {
    if (typeof candidate === 'object' && candidate !== null && pyEquals(candidate, key)) return candidate;
  }
  return undefined;
}

/** The key to use in `mapping` for `key`: the one that is there already when Python finds them equal. */
export function keyFor(mapping: Dict, key: Value): Value {
  if (key instanceof Undefined) raiseUndefined(key);
  if (mapping.has(key)) return key;
  const same = equalKey(mapping, key);
  return same === undefined ? (key instanceof PyFloat ? key.value : key) : same;
}

/** `mapping[key]`, or undefined when there is none. */
export function mappingGet(mapping: Dict | LazyMapping, key: Value): Value | undefined {
  // as hashing one does: the default of get() never hides a name that nobody set
  if (key instanceof Undefined) raiseUndefined(key);
  const found = mapping.get(key);
  if (found !== undefined || typeof key === 'string' || mapping instanceof LazyMapping) return found;
  const same = equalKey(mapping, key);
  return same === undefined ? undefined : mapping.get(same);
}

export function mappingHas(mapping: Dict | LazyMapping, key: Value): boolean {
  if (key instanceof Undefined) raiseUndefined(key);
  if (mapping.has(key)) return true;
  return mapping instanceof Map && equalKey(mapping, key) !== undefined;
}

/** Python's `needle in container`. @throws ToaError E_TEMPLATE_TYPE, E_TEMPLATE_UNDEFINED */
export function contains(container: Value, needle: Value): boolean {
  if (container instanceof Undefined) raiseUndefined(container);
  if (typeof container === 'string') {
    if (needle instanceof Undefined) raiseUndefined(needle);
    if (typeof needle === 'string') return container.includes(needle);
    throw typeError(`'in <string>' requires string as left operand, not ${pyType(needle)}`);
  }
  if (isMapping(container)) return mappingHas(container, needle);
  if (Array.isArray(container) && typeof needle === 'string') {
    if (container.includes(needle)) return true;
  }
  if (container === null || (typeof container !== 'object' && typeof container !== 'string')) {
    throw typeError(`argument of type '${pyType(container)}' is not iterable`);
  }
  for (const item of iterate(container)) if (pyEquals(item, needle)) return true;
  return false;
}

import { Tuple, isMapping, type Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { getItem } from '../../python/operations.ts';
import { Arguments, filterError, itemsOf } from './arguments.ts';
import { distinct, ValueSet } from './value-set.ts';

function attributePath(attribute: Value): Value[] {
  if (typeof attribute !== 'string') return [attribute];
  return attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function isHashable(value: Value): boolean {
  if (value instanceof Tuple) return value.every(isHashable);
  return !Array.isArray(value) && !isMapping(value);
}

/** Ansible's `unique`: Jinja2's (which ignores case!), and by equality where an item cannot be hashed. */
const unique: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('unique', ['case_sensitive?', 'attribute?'], args, kwargs);
  const items = itemsOf(value);
  const attribute = bound.optional('attribute');
  const path = attribute === undefined ? [] : attributePath(attribute);
  const keys = items.map((item) => path.reduce<Value>((at, key) => getItem(at, key), item));
  if (!keys.every(isHashable)) return uniqueByEquality(items, bound);
  const caseSensitive = bound.flag('case_sensitive');
  const seen = new ValueSet();
  return items.filter((_, index) => seen.add(fold(keys[index], caseSensitive)));
};

function fold(key: Value, caseSensitive: boolean): Value {
  return typeof key === 'string' && !caseSensitive ? key.toLowerCase() : key;
}

function uniqueByEquality(items: Value[], bound: Arguments): Value {
  const insensitive = bound.optional('case_sensitive') === false;
  if (insensitive || bound.flag('attribute')) {
    throw filterError(
      "Jinja2's unique filter failed and we cannot fall back to Ansible's version as it does not support the parameters supplied",
    );
  }
  return distinct(items);
}

function binary(name: string, operation: (a: Value[], b: Value[]) => Value[]): Filter {
  return (_context, value, args, kwargs) => {
    const bound = new Arguments(name, ['b'], args, kwargs);
    return operation(itemsOf(value), itemsOf(bound.value('b')));
  };
}

function intersect(a: Value[], b: Value[]): Value[] {
  const right = new ValueSet(b);
  return distinct(a.filter((item) => right.has(item)));
}

function difference(a: Value[], b: Value[]): Value[] {
  const right = new ValueSet(b);
  return distinct(a.filter((item) => !right.has(item)));
}

function symmetricDifference(a: Value[], b: Value[]): Value[] {
  const both = new ValueSet(intersect(a, b));
  return distinct([...a, ...b]).filter((item) => !both.has(item));
}

function* combinationsOf(items: Value[], size: number, from = 0): Generator<Value[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= items.length - size; i++) {
    for (const rest of combinationsOf(items, size - 1, i + 1)) yield [items[i], ...rest];
  }
}

function* permutationsOf(items: Value[], size: number): Generator<Value[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = 0; i < items.length; i++) {
    const others = items.filter((_, index) => index !== i);
    for (const rest of permutationsOf(others, size - 1)) yield [items[i], ...rest];
  }
}

function productOf(lists: Value[][]): Value[][] {
  return lists.reduce<Value[][]>((sofar, list) => sofar.flatMap((head) => list.map((item) => [...head, item])), [[]]);
}

const tuples = (rows: Iterable<Value[]>): Value[] => Array.from(rows, (row) => Tuple.of(...row) as Tuple);

const combinations: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('combinations', ['r'], args, kwargs);
  return tuples(combinationsOf(itemsOf(value), bound.integer('r', 0)));
};

const permutations: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('permutations', ['r?'], args, kwargs);
  const items = itemsOf(value);
  return tuples(permutationsOf(items, bound.integer('r', items.length)));
};

const product: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('product', ['repeat?'], [], kwargs);
  const lists = [value, ...args].map(itemsOf);
  return tuples(productOf(Array.from({ length: bound.integer('repeat', 1) }, () => lists).flat()));
};

const zip: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('zip', ['strict?'], [], kwargs);
  const lists = [value, ...args].map(itemsOf);
  const lengths = lists.map((list) => list.length);
  const length = Math.min(...lengths);
  if (bound.flag('strict') && Math.max(...lengths) !== length)
    throw filterError('zip() arguments have different lengths');
  return tuples(Array.from({ length }, (_, i) => lists.map((list) => list[i])));
};

const zipLongest: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('zip_longest', ['fillvalue?'], [], kwargs);
  const fill = bound.optional('fillvalue') ?? null;
  const lists = [value, ...args].map(itemsOf);
  const length = Math.max(...lists.map((list) => list.length));
  return tuples(Array.from({ length }, (_, i) => lists.map((list) => (i < list.length ? list[i] : fill))));
};

/** Set theory and combinatorics (Ansible's mathstuff). */
export const setFilters: Record<string, Filter> = {
  unique,
  union: binary('union', (a, b) => distinct([...a, ...b])),
  intersect: binary('intersect', intersect),
  difference: binary('difference', difference),
  symmetric_difference: binary('symmetric_difference', symmetricDifference),
  combinations,
  permutations,
  product,
  zip,
  zip_longest: zipLongest,
};

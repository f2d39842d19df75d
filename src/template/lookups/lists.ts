import { Tuple, isMapping, type Value } from '../../base/value.ts';
import type { Lookup } from '../contract.ts';
import { defined, iterate } from '../python/operations.ts';
import { pyStr } from '../python/print.ts';
import { argumentError, flattenOnce, lookupError } from './options.ts';

const items: Lookup = (_context, terms) => flattenOnce(terms);

const list: Lookup = (_context, terms) => [...terms];

const indexedItems: Lookup = (_context, terms) => {
  return flattenOnce(terms).map((item, index) => Tuple.of<Value>(index, item) as Tuple);
};

function entriesOf(term: Value): Value[] {
  if (!isMapping(defined(term))) throw argumentError('with_dict expects a dict');
  const mapping = term as Map<Value, Value>;
  return [...mapping.keys()].map(
    (key) =>
      new Map<Value, Value>([
        ['key', key],
        ['value', mapping.get(key) ?? null],
      ]),
  );
}

const dict: Lookup = (_context, terms) => terms.flatMap(entriesOf);

/** A term of `nested` and kin as a list: anything that can be iterated, else a list of one. */
function listOf(term: Value): Value[] {
  const value = defined(term);
  const isList = Array.isArray(value) || isMapping(value);
  return isList ? [...iterate(value)] : [value];
}

function product(lists: readonly Value[][]): Value[][] {
  return lists.reduce<Value[][]>((sofar, one) => sofar.flatMap((head) => one.map((item) => [...head, item])), [[]]);
}

const nested: Lookup = (_context, terms) => {
  if (terms.length === 0) throw argumentError('with_nested requires at least one element in the nested list');
  // One level is opened at each step, so lists inside of the lists are opened too.
  return product(terms.map(listOf)).map((row) => flattenOnce(row));
};

const cartesian: Lookup = (_context, terms) => {
  if (terms.length === 0) throw argumentError('with_cartesian requires at least one element in each list');
  return product(terms.map(listOf)).map((row) => flattenOnce(row));
};

const together: Lookup = (_context, terms) => {
  if (terms.length === 0) throw argumentError('with_together requires at least one element in each list');
  const lists = terms.map(listOf);
  const length = Math.max(...lists.map((one) => one.length));
  return Array.from({ length }, (_, i) => flattenOnce(lists.map((one) => (i < one.length ? one[i] : null))));
};

function flattenAll(values: readonly Value[]): Value[] {
  return values.flatMap((value) => {
    if (value === null || value === 'None' || value === 'null') return [];
    return Array.isArray(value) ? flattenAll(value) : [value];
  });
}

const flattened: Lookup = (_context, terms) => flattenAll(terms);

const randomChoice: Lookup = (context, terms) => {
  return terms.length === 0 ? [] : [terms[Math.floor(context.env.random() * terms.length)]];
};

/** The element without what stands at the path, and what stood there; undefined list: to be left out. */
function takePath(element: Value, path: readonly string[], skipMissing: boolean): { rest: Value; list: Value[] } {
  if (!isMapping(element)) throw lookupError(`subelements lookup expects a dictionary, got '${pyStr(element)}'`);
  const [key, ...deeper] = path;
  const value = element.get(key);
  const isLast = deeper.length === 0;
  const fits = isLast ? Array.isArray(value) : isMapping(value);
  if (value === undefined || !fits) {
    if (skipMissing && (value === undefined || !isLast)) return { rest: element, list: [] };
    if (value === undefined) throw lookupError(`could not find '${key}' key in iterated item '${pyStr(element)}'`);
    throw lookupError(`the key ${key} should point to a ${isLast ? 'list' : 'dictionary'}, got '${pyStr(value)}'`);
  }
  const rest = new Map<Value, Value>([...element.keys()].map((name) => [name, element.get(name) ?? null]));
  if (isLast) {
    rest.delete(key);
    return { rest, list: value as Value[] };
  }
  const inner = takePath(value, deeper, skipMissing);
  rest.set(key, inner.rest);
  return { rest, list: inner.list };
}

function isSkipped(value: Value): boolean {
  return isMapping(value) && (value.get('skipped') ?? false) !== false;
}

function elementsOf(source: Value): Value[] {
  if (Array.isArray(source)) return source;
  if (!isMapping(source)) {
    const needs = 'first a dict or a list, second a string pointing to the subkey';
    throw argumentError(`subelements lookup expects a list of two or three items, ${needs}`);
  }
  return isSkipped(source) ? [] : [...source.keys()].map((key) => source.get(key) ?? null);
}

const subelements: Lookup = (_context, terms) => {
  if (terms.length < 2 || terms.length > 3) {
    throw argumentError('subelements lookup expects a list of two or three items, ');
  }
  const elements = elementsOf(defined(terms[0]));
  const flags = terms[2];
  const skip = flags !== undefined && isMapping(flags) ? (flags.get('skip_missing') ?? false) : false;
  const skipMissing = typeof skip === 'string' ? /^(?:y|yes|on|1|true|t)$/i.test(skip) : skip === true || skip === 1;
  const path = pyStr(defined(terms[1])).split('.');
  return elements.flatMap((element) => {
    if (isSkipped(element)) return [];
    const { rest, list: found } = takePath(element, path, skipMissing);
    return found.map((item) => Tuple.of<Value>(rest, item) as Tuple);
  });
};

/** Lookups that only shape their terms; `with_items` and kin. */
export const listLookups: Record<string, Lookup> = {
  items,
  list,
  indexed_items: indexedItems,
  dict,
  nested,
  cartesian,
  together,
  flattened,
  random_choice: randomChoice,
  subelements,
};

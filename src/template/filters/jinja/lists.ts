import { Tuple, Undefined, isMapping, type Dict, type Value } from '../../../base/value.ts';
import { NamedTuple, attribute, missing } from '../../python/access.ts';
import { mappingHas, keyFor, pyEquals, pyCompare } from '../../python/compare.ts';
import type { Filter } from '../../contract.ts';
import { LenientUndefined, raiseUndefined, typeError } from '../../errors.ts';
import { pyStr } from '../../python/print.ts';
import { iterate, pyLength, pyType, toArray, truthy } from '../../python/types.ts';
import { FilterArguments } from './arguments.ts';
import { attributeGetter, ignoreCase, sortBy, sortKeyGetter } from './attribute.ts';

/** `default(value='', boolean=false)`; the only filter beside the tests that takes what is undefined. */
const defaultFilter: Filter = (_context, value, args, kwargs) => {
  const fallback = args.length > 0 ? args[0] : kwargs.has('default_value') ? (kwargs.get('default_value') ?? null) : '';
  const alsoFalse = args[1] ?? kwargs.get('boolean') ?? false;
  if (value instanceof Undefined) return fallback;
  return truthy(alsoFalse) && !truthy(value) ? fallback : value;
};

const join: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const get = attributeGetter(given.value(1, 'attribute'));
  const parts: string[] = [];
  for (const item of iterate(value)) parts.push(pyStr(get(item)));
  return parts.join(given.text(0, 'd', ''));
};

function end(value: Value, last: boolean): Value {
  const items = typeof value === 'string' ? [...value] : toArray(value);
  const found = last ? items.at(-1) : items[0];
  if (found !== undefined) return found;
  return new Undefined(`No ${last ? 'last' : 'first'} item, sequence was empty.`);
}

const list: Filter = (_context, value) => [...iterate(value)];

const reverse: Filter = (_context, value) => {
  if (typeof value === 'string') return [...value].reverse().join('');
  return [...iterate(value)].reverse();
};

const sort: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const keyOf = sortKeyGetter(given.value(2, 'attribute'));
  const fold = given.flag(1, 'case_sensitive', false) ? (item: Value): Value => item : ignoreCase;
  return sortBy([...iterate(value)], (item) => keyOf(item).map(fold), given.flag(0, 'reverse', false));
};

const unique: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const get = attributeGetter(given.value(1, 'attribute'));
  const exact = given.flag(0, 'case_sensitive', false);
  const seen: Dict = new Map();
  return toArray(value).filter((item) => {
    const key = exact ? get(item) : ignoreCase(get(item));
    if (mappingHas(seen, key)) return false;
    seen.set(keyFor(seen, key), true);
    return true;
  });
};

function extreme(sign: 1 | -1): Filter {
  return (_context, value, args, kwargs) => {
    const given = new FilterArguments(args, kwargs);
    const get = attributeGetter(given.value(1, 'attribute'));
    const exact = given.flag(0, 'case_sensitive', false);
    const keyOf = (item: Value): Value => (exact ? get(item) : ignoreCase(get(item)));
    const items = toArray(value);
    if (items.length === 0) return new Undefined('No aggregated item, sequence was empty.');
    return items.reduce((best, item) => (sign * pyCompare(keyOf(item), keyOf(best)) > 0 ? item : best));
  };
}

/** `groupby(attribute, default=none, case_sensitive=false)`: pairs of a key and its items, ordered by key. */
const groupby: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const get = attributeGetter(given.value(0, 'attribute'), given.value(1, 'default'));
  const exact = given.flag(2, 'case_sensitive', false);
  const keyOf = (item: Value): Value => (exact ? get(item) : ignoreCase(get(item)));
  const groups: { key: Value; shown: Value; items: Value[] }[] = [];
  for (const item of sortBy([...iterate(value)], keyOf)) {
    const key = keyOf(item);
    const last = groups.at(-1);
    if (last !== undefined && pyEquals(last.key, key)) last.items.push(item);
    else groups.push({ key, shown: get(item), items: [item] });
  }
  return groups.map(({ shown, items }) => new Group(shown, items));
};

/** One group of `groupby`: a tuple that has names too. */
class Group extends NamedTuple {
  constructor(grouper: Value, items: Value[]) {
    super();
    this.push(grouper, items);
  }
  getAttr(name: string): Value | undefined {
    if (name === 'grouper') return this[0];
    return name === 'list' ? this[1] : undefined;
  }
}

const dictsort: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  if (value instanceof Undefined) raiseUndefined(value);
  if (!isMapping(value)) throw typeError(`'${pyType(value)}' object has no attribute 'items'`);
  const by = given.text(1, 'by', 'key');
  if (by !== 'key' && by !== 'value') throw typeError('You can only sort by either "key" or "value"');
  const exact = given.flag(0, 'case_sensitive', false);
  const pairs = [...value.keys()].map((key) => Tuple.from([key, value.get(key) ?? null]));
  const place = by === 'key' ? 0 : 1;
  const keyOf = (pair: Value[]): Value => (exact ? pair[place] : ignoreCase(pair[place]));
  return sortBy(pairs, keyOf, given.flag(2, 'reverse', false));
};

const items: Filter = (_context, value) => {
  if (value instanceof Undefined) return [];
  if (!isMapping(value)) throw typeError('Can only get item pairs from a mapping.');
  return [...value.keys()].map((key) => Tuple.from([key, value.get(key) ?? null]));
};

/** `batch(linecount, fill_with=none)`: lists of that many items. */
const batch: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const size = given.integer(0, 'linecount', 1);
  const fill = given.value(1, 'fill_with') ?? null;
  const source = toArray(value);
  const rows: Value[][] = [];
  for (let at = 0; at < source.length; at += Math.max(1, size)) rows.push(source.slice(at, at + Math.max(1, size)));
  const last = rows.at(-1) ?? [];
  if (fill !== null) for (let left = size - last.length; left > 0; left--) last.push(fill);
  return rows;
};

/** `slice(slices, fill_with=none)`: that many lists. */
const slice: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const count = given.integer(0, 'slices', 1);
  const fill = given.value(1, 'fill_with') ?? null;
  const source = toArray(value);
  const size = Math.floor(source.length / count);
  const longer = source.length % count;
  const rows: Value[][] = [];
  for (let row = 0, at = 0; row < count; row++) {
    const width = size + (row < longer ? 1 : 0);
    const part = source.slice(at, at + width);
    at += width;
    if (fill !== null && row >= longer) part.push(fill);
    rows.push(part);
  }
  return rows;
};

const random: Filter = (context, value) => {
  const source = typeof value === 'string' ? [...value] : toArray(value);
  if (source.length === 0) return new Undefined('No random item, sequence was empty.');
  return source[Math.floor(context.env.random() * source.length)];
};

/** `attr(name)`: the attribute only, never an element. */
const attr: Filter = (_context, value, args) => {
  const name = pyStr(args[0]);
  if (value instanceof Undefined) return value;
  return attribute(value, name) ?? missing(value, name);
};

const length: Filter = (_context, value) => (value instanceof LenientUndefined ? 0 : pyLength(value));

export const listFilters: Record<string, Filter> = {
  attr,
  batch,
  count: length,
  d: defaultFilter,
  default: defaultFilter,
  dictsort,
  first: (_context, value) => end(value, false),
  groupby,
  items,
  join,
  last: (_context, value) => end(value, true),
  length,
  list,
  max: extreme(1),
  min: extreme(-1),
  random,
  reverse,
  slice,
  sort,
  unique,
};

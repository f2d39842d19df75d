import jmespath from 'jmespath';
import { fromJs, isMapping, toJs, type Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { defined, iterate, keyFor, truthy } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { compareLoose } from '../../tests/loose-version.ts';
import { Arguments, filterError } from './arguments.ts';

/** JMESPath by its own authors' library: the grammar and functions that Ansible's Python library has. */
const jsonQuery: Filter = (_context, value, args, kwargs) => {
  const expression = new Arguments('json_query', ['expr'], args, kwargs).text('expr');
  try {
    return fromJs(jmespath.search(toJs(defined(value)), expression));
  } catch (error) {
    throw filterError(`JMESPathError in json_query filter plugin:\n${(error as Error).message}`);
  }
};

const versionSort: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('version_sort', ['reverse?'], args, kwargs);
  const sign = truthy(bound.optional('reverse') ?? false) ? -1 : 1;
  return [...iterate(defined(value))].sort((a, b) => sign * compareLoose(pyStr(a), pyStr(b)));
};

/** Pairs to a dict. */
const dict: Filter = (_context, value) => {
  const out = new Map<Value, Value>();
  if (isMapping(defined(value))) return value;
  for (const pair of iterate(defined(value))) {
    const [key, item, ...more] = [...iterate(defined(pair))];
    if (item === undefined || more.length > 0) throw filterError('dict: each item must be a key and a value');
    out.set(keyFor(out, key), item);
  }
  return out;
};

/** A dict of one key. */
const dictKv: Filter = (_context, value, args, kwargs) => {
  const key = new Arguments('dict_kv', ['key'], args, kwargs).value('key');
  return new Map<Value, Value>([[key, value]]);
};

/** How often each item is there. */
const counter: Filter = (_context, value) => {
  const out = new Map<Value, Value>();
  for (const item of iterate(defined(value))) {
    const key = keyFor(out, item);
    out.set(key, Number(out.get(key) ?? 0) + 1);
  }
  return out;
};

/** Filters of community.general. */
export const communityFilters: Readonly<Record<string, Filter>> = {
  json_query: jsonQuery,
  version_sort: versionSort,
  dict,
  dict_kv: dictKv,
  counter,
};

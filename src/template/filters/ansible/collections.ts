import { copyVaulted } from '../../python/vaulted.ts';
import { Tuple, isMapping, type Dict, type Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { asIndex, contains, defined, getItem, keyFor, mappingGet, pyEquals, truthy } from '../../python/operations.ts';
import { pyRepr, pyStr } from '../../python/print.ts';
import { pyClass } from './python-class.ts';
import { Arguments, checkDefined, copyDict, filterError, isSequence, itemsOf, tuple } from './arguments.ts';

const LIST_MERGE = ['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp'];

function mergeLists(low: Value[], high: Value[], how: string): Value[] {
  const lowOnly = (): Value[] => low.filter((item) => !contains(high, item));
  switch (how) {
    case 'keep':
      return low;
    case 'append':
      return [...low, ...high];
    case 'prepend':
      return [...high, ...low];
    case 'append_rp':
      return [...lowOnly(), ...high];
    case 'prepend_rp':
      return [...high, ...lowOnly()];
    default:
      return high;
  }
}

function mergeValues(low: Value, high: Value, recursive: boolean, how: string): Value {
  if (isMapping(low) && isMapping(high)) return recursive ? mergeDicts(low, high, true, how) : high;
  const lists = isSequence(low) && isSequence(high) && !(low instanceof Tuple) && !(high instanceof Tuple);
  return lists ? mergeLists(low, high, how) : high;
}

/**
 * Merges two dicts; `high` wins. Also what `hash_behaviour: merge` and `include_vars` need.
 * @param how Ansible's `list_merge`
 */
export function mergeDicts(low: Value, high: Value, recursive: boolean, how = 'replace'): Dict {
  if (!LIST_MERGE.includes(how)) {
    throw filterError(
      "merge_hash: 'list_merge' argument can only be equal to 'replace', 'keep', 'append', 'prepend', 'append_rp' or 'prepend_rp'",
    );
  }
  if (!isMapping(low) || !isMapping(high)) {
    const error = `failed to combine variables, expected dicts but got a '${pyClass(low)}' and a '${pyClass(high)}': \n`;
    throw filterError(`${error}${pyRepr(low)}\n${pyRepr(high)}`);
  }
  // An empty or equal dict gives the other one: the order of the keys is that of `high` then.
  if (low.size === 0 || pyEquals(low, high)) return high instanceof Map ? vaultedCopy(high) : copyDict(high);
  const merged = copyDict(low);
  copyVaulted(low, merged);
  copyVaulted(high, merged);
  for (const key of high.keys()) {
    const value = high.get(key) ?? null;
    const known = mappingGet(merged, key);
    merged.set(keyFor(merged, key), known === undefined ? value : mergeValues(known, value, recursive, how));
  }
  return merged;
}

function vaultedCopy(dict: Dict): Dict {
  const made = copyDict(dict);
  copyVaulted(dict, made);
  return made;
}

const combine: Filter = (_context, value, args, kwargs) => {
  for (const name of kwargs.keys()) {
    if (name !== 'recursive' && name !== 'list_merge') {
      throw filterError("'recursive' and 'list_merge' are the only valid keyword arguments");
    }
  }
  const recursive = truthy(kwargs.get('recursive') ?? false);
  const how = pyStr(kwargs.get('list_merge') ?? 'replace');
  const dicts = flattenList([value, ...args], 1, true);
  dicts.forEach(checkDefined);
  if (dicts.length === 0) return new Map();
  // From right to left, as Ansible does: with list_merge the order of merging shows.
  return dicts.reduceRight((high, low) => mergeDicts(low, high, recursive, how));
};

function isNull(value: Value): boolean {
  return value === null || value === 'None' || value === 'null';
}

function flattenList(list: readonly Value[], levels: number | undefined, skipNulls: boolean): Value[] {
  const out: Value[] = [];
  for (const item of list) {
    if (skipNulls && isNull(item)) continue;
    if (!isSequence(item) || (levels !== undefined && levels < 1)) out.push(item);
    else out.push(...flattenList(item, levels === undefined ? undefined : levels - 1, skipNulls));
  }
  return out;
}

const flatten: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('flatten', ['levels?', 'skip_nulls?'], args, kwargs);
  return flattenList(itemsOf(value), bound.optionalInteger('levels'), bound.flag('skip_nulls', true));
};

const dict2items: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('dict2items', ['key_name?', 'value_name?'], args, kwargs);
  if (!isMapping(defined(value))) throw filterError(`dict2items requires a dictionary, got ${pyClass(value)} instead.`);
  const keyName = bound.text('key_name', 'key');
  const valueName = bound.text('value_name', 'value');
  return [...copyDict(value)].map(
    ([key, item]) =>
      new Map<Value, Value>([
        [keyName, key],
        [valueName, item],
      ]),
  );
};

const items2dict: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('items2dict', ['key_name?', 'value_name?'], args, kwargs);
  if (!isSequence(defined(value))) throw filterError(`items2dict requires a list, got ${pyClass(value)} instead.`);
  const keyName = bound.text('key_name', 'key');
  const valueName = bound.text('value_name', 'value');
  const out: Dict = new Map();
  for (const item of value as Value[]) {
    if (!isMapping(item)) throw filterError(`items2dict requires a list of dictionaries, got ${pyStr(value)} instead.`);
    const key = item.get(keyName);
    const entry = item.get(valueName);
    if (key === undefined || entry === undefined) {
      const needed = `the keys '${keyName}' and '${valueName}'`;
      throw filterError(
        `items2dict requires each dictionary in the list to contain ${needed}, got ${pyStr(value)} instead.`,
      );
    }
    out.set(keyFor(out, key), entry);
  }
  return out;
};

function subelement(element: Value, path: readonly Value[], skipMissing: boolean): Value {
  let at = element;
  for (const key of path) {
    if (!isMapping(at)) {
      throw filterError(`the key ${pyStr(key)} should point to a dictionary, got '${pyStr(at)}'`);
    }
    const next = mappingGet(at, key);
    if (next === undefined) {
      if (skipMissing) return [];
      throw filterError(`could not find ${pyRepr(key)} key in iterated item ${pyRepr(at)}`);
    }
    at = next;
  }
  return at;
}

const subelements: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('subelements', ['subelements', 'skip_missing?'], args, kwargs);
  defined(value);
  if (!isMapping(value) && !isSequence(value)) throw filterError('obj must be a list of dicts or a nested dict');
  const elements = isMapping(value) ? [...copyDict(value).values()] : value;
  const accessor = bound.value('subelements');
  if (!isSequence(accessor) && typeof accessor !== 'string')
    throw filterError('subelements must be a list or a string');
  const path = typeof accessor === 'string' ? accessor.split('.') : accessor;
  return elements.flatMap((element) => {
    const list = subelement(element, path, bound.flag('skip_missing'));
    if (!isSequence(list)) {
      throw filterError(`the key ${pyRepr(path.at(-1) ?? null)} should point to a list, got ${pyRepr(list)}`);
    }
    return list.map((item) => tuple(element, item));
  });
};

const extract: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('extract', ['container', 'morekeys?'], args, kwargs);
  const more = bound.optional('morekeys');
  const keys = more === undefined ? [value] : isSequence(more) ? [value, ...more] : [value, more];
  return keys.reduce<Value>((at, key) => getItem(at, key), bound.given('container'));
};

const rekeyOnMember: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('rekey_on_member', ['key', 'duplicates?'], args, kwargs);
  const duplicates = bound.text('duplicates', 'error');
  if (duplicates !== 'error' && duplicates !== 'overwrite') {
    throw filterError(`duplicates parameter to rekey_on_member has unknown value: ${duplicates}`);
  }
  defined(value);
  if (!isMapping(value) && !isSequence(value)) throw filterError('Type is not a valid list, set, or dict');
  const key = bound.value('key');
  const out: Dict = new Map();
  for (const item of isMapping(value) ? copyDict(value).values() : value) {
    if (!isMapping(item)) throw filterError('List item is not a valid dict');
    const member = mappingGet(item, key);
    if (member === undefined) throw filterError(`Key ${pyStr(key)} was not found`);
    if (mappingGet(out, member) !== undefined && duplicates === 'error') {
      throw filterError(`Key ${pyStr(member)} is not unique, cannot correctly turn into dict`);
    }
    out.set(keyFor(out, member), item);
  }
  return out;
};

const split: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('split', ['sep?', 'maxsplit?'], args, kwargs);
  if (typeof defined(value) !== 'string') {
    throw filterError(
      `descriptor 'split' for 'str' objects doesn't apply to a '${pyClass(value).slice(8, -2)}' object`,
    );
  }
  const limit = asIndex(bound.optional('maxsplit') ?? -1) ?? -1;
  const separator = bound.optional('sep');
  return splitText(value as string, separator === undefined ? undefined : pyStr(separator), limit);
};

function splitText(text: string, separator: string | undefined, limit: number): string[] {
  if (separator === '') throw filterError('empty separator');
  const trimmed = separator === undefined ? text.trimStart() : text;
  const parts = separator === undefined ? trimmed.split(/\s+/).filter((part) => part !== '') : trimmed.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  if (separator !== undefined) return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
  let rest = trimmed;
  for (const part of parts.slice(0, limit)) rest = rest.slice(part.length).trimStart();
  return [...parts.slice(0, limit), rest];
}

/** Filters that reshape dicts and lists. */
export const collectionFilters: Record<string, Filter> = {
  combine,
  flatten,
  dict2items,
  items2dict,
  subelements,
  extract,
  rekey_on_member: rekeyOnMember,
  split,
};

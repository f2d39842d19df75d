import { LazyMapping, Tuple, isMapping, type Dict, type Value } from '../../../base/value.ts';
import { keyFor, mappingGet } from '../compare.ts';
import { typeError } from '../../errors.ts';
import { pyRepr } from '../print.ts';
import { iterate, toArray } from '../types.ts';
import type { Method } from './method.ts';

type Mapping = Dict | LazyMapping;

function writable(self: Mapping): Dict {
  if (self instanceof LazyMapping) throw typeError('this dict cannot be changed');
  return self;
}

function keyError(key: Value): never {
  throw typeError(`KeyError: ${pyRepr(key)}`);
}

function update(self: Mapping, source: Value | undefined, kwargs: ReadonlyMap<string, Value>): null {
  const target = writable(self);
  if (source !== undefined && isMapping(source)) {
    for (const key of source.keys()) target.set(keyFor(target, key), source.get(key) ?? null);
  } else if (source !== undefined) {
    for (const pair of iterate(source)) {
      const [key, value] = toArray(pair);
      target.set(keyFor(target, key), value);
    }
  }
  for (const [key, value] of kwargs) target.set(key, value);
  return null;
}

function pop(self: Mapping, [key, fallback]: readonly Value[]): Value {
  const target = writable(self);
  const value = mappingGet(target, key);
  if (value === undefined) return fallback === undefined ? keyError(key) : fallback;
  target.delete(keyFor(target, key));
  return value;
}

function popitem(self: Mapping): Value {
  const target = writable(self);
  const last = [...target].at(-1);
  if (last === undefined) throw typeError("KeyError: 'popitem(): dictionary is empty'");
  target.delete(last[0]);
  return Tuple.from(last);
}

function setdefault(self: Mapping, [key, fallback]: readonly Value[]): Value {
  const target = writable(self);
  const value = mappingGet(target, key);
  if (value !== undefined) return value;
  target.set(keyFor(target, key), fallback ?? null);
  return fallback ?? null;
}

function fromKeys([keys, value]: readonly Value[]): Value {
  return new Map([...iterate(keys)].map((key) => [key, value ?? null]));
}

/** Python's dict methods; `keys`, `values` and `items` give lists. */
export const dictMethods: ReadonlyMap<string, Method<Mapping>> = new Map<string, Method<Mapping>>([
  ['get', (self, [key, fallback]) => mappingGet(self, key) ?? fallback ?? null],
  ['keys', (self) => [...self.keys()]],
  ['values', (self) => [...self.keys()].map((key) => self.get(key) ?? null)],
  ['items', (self) => [...self.keys()].map((key) => Tuple.from([key, self.get(key) ?? null]))],
  ['copy', (self) => new Map([...self.keys()].map((key) => [key, self.get(key) ?? null]))],
  ['update', (self, [source], kwargs) => update(self, source, kwargs)],
  ['pop', (self, args) => pop(self, args)],
  ['popitem', (self) => popitem(self)],
  ['setdefault', (self, args) => setdefault(self, args)],
  ['fromkeys', (_self, args) => fromKeys(args)],
  [
    'clear',
    (self) => {
      writable(self).clear();
      return null;
    },
  ],
]);

import type { Value } from '../../../base/value.ts';
import { pyCompare, pyEquals } from '../compare.ts';
import { typeError } from '../../errors.ts';
import { pyRepr } from '../print.ts';
import { asIndex, iterate, truthy } from '../types.ts';
import { integerArgument } from './arguments.ts';
import { BoundMethod, type Method } from './method.ts';

function indexOf(self: readonly Value[], value: Value, start: number, stop: number): number {
  const from = start < 0 ? Math.max(0, start + self.length) : start;
  const to = stop < 0 ? stop + self.length : Math.min(stop, self.length);
  for (let index = from; index < to; index++) if (pyEquals(self[index], value)) return index;
  return -1;
}

function mustFind(self: readonly Value[], [value, start, stop]: readonly Value[]): Value {
  const found = indexOf(self, value, integerArgument(start, 0), integerArgument(stop, self.length));
  if (found === -1) throw typeError(`${pyRepr(value)} is not in list`);
  return found;
}

function pop(self: Value[], [at]: readonly Value[]): Value {
  if (self.length === 0) throw typeError('pop from empty list');
  const place = integerArgument(at, -1);
  const from = place < 0 ? place + self.length : place;
  if (from < 0 || from >= self.length) throw typeError('pop index out of range');
  return self.splice(from, 1)[0];
}

function remove(self: Value[], [value]: readonly Value[]): null {
  const at = self.findIndex((item) => pyEquals(item, value));
  if (at === -1) throw typeError('list.remove(x): x not in list');
  self.splice(at, 1);
  return null;
}

function sort(self: Value[], kwargs: ReadonlyMap<string, Value>): null {
  const key = kwargs.get('key');
  const keyed = self.map((item) => ({ item, key: key instanceof BoundMethod ? key.invoke([item], new Map()) : item }));
  const direction = truthy(kwargs.get('reverse') ?? false) ? -1 : 1;
  keyed.sort((a, b) => direction * pyCompare(a.key, b.key));
  keyed.forEach(({ item }, place) => {
    self[place] = item;
  });
  return null;
}

function extend(self: Value[], [items]: readonly Value[]): null {
  const added = Array.from(iterate(items));
  for (const item of added) self.push(item);
  return null;
}

const readers: [string, Method<Value[]>][] = [
  ['count', (self, [value]) => self.filter((item) => pyEquals(item, value)).length],
  ['index', (self, args) => mustFind(self, args)],
];

const noResult =
  (change: (self: Value[], args: Value[]) => unknown): Method<Value[]> =>
  (self, args) => {
    change(self, args);
    return null;
  };

export const tupleMethods: ReadonlyMap<string, Method<Value[]>> = new Map(readers);

export const listMethods: ReadonlyMap<string, Method<Value[]>> = new Map<string, Method<Value[]>>([
  ...readers,
  ['append', noResult((self, [value]) => self.push(value))],
  ['clear', noResult((self) => self.splice(0))],
  ['copy', (self) => [...self]],
  ['extend', (self, args) => extend(self, args)],
  ['insert', noResult((self, [at, value]) => self.splice(asIndex(at) ?? 0, 0, value))],
  ['pop', (self, args) => pop(self, args)],
  ['remove', (self, args) => remove(self, args)],
  ['reverse', noResult((self) => self.reverse())],
  ['sort', (self, _args, kwargs) => sort(self, kwargs)],
]);

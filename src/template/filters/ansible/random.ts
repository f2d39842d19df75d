import { isMapping, type Value } from '../../../base/value.ts';
import type { CallContext, Filter } from '../../contract.ts';
import { asIndex, defined, iterate, truthy } from '../../python/operations.ts';
import { Arguments, filterError } from './arguments.ts';
import { PythonRandom, systemRandom, type RandomSource } from './random-source.ts';

function source(context: CallContext, seed: Value | undefined): RandomSource {
  return seed === undefined ? systemRandom(context.env.random) : new PythonRandom(seed);
}

function fromRange(random: RandomSource, start: number, end: number, step: number): number {
  const count = step > 0 ? Math.ceil((end - start) / step) : Math.ceil((start - end) / -step);
  if (count <= 0) throw filterError(`empty range for randrange() (${start}, ${end}, ${step})`);
  return start + step * random.below(count);
}

const random: Filter = (context, value, args, kwargs) => {
  const bound = new Arguments('rand', ['start?', 'step?', 'seed?'], args, kwargs);
  const chance = source(context, bound.optional('seed'));
  const end = asIndex(defined(value));
  if (end !== undefined) return fromRange(chance, bound.integer('start', 0), end, bound.integer('step', 1) || 1);
  if (!Array.isArray(value) && typeof value !== 'string') {
    throw filterError('random can only be used on sequences and integers');
  }
  if (bound.flag('start') || bound.flag('step'))
    throw filterError('start and step can only be used with integer values');
  const items: Value[] = [...value];
  if (items.length === 0) throw filterError('Cannot choose from an empty sequence');
  return items[chance.below(items.length)];
};

const shuffle: Filter = (context, value, args, kwargs) => {
  const seed = new Arguments('shuffle', ['seed?'], args, kwargs).optional('seed');
  // Ansible hands back what it cannot shuffle.
  if (!Array.isArray(defined(value)) && !isMapping(value) && typeof value !== 'string') return value;
  const list = [...iterate(value)];
  const chance = source(context, seed !== undefined && truthy(seed) ? seed : undefined);
  for (let i = list.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
};

/** Filters that choose by chance, or repeatably with `seed`. */
export const randomFilters: Record<string, Filter> = { random, shuffle };

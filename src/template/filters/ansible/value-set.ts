import { PyFloat, type Value } from '../../../base/value.ts';
import { pyEquals } from '../../python/operations.ts';

function scalarKey(value: Value): string | undefined {
  if (typeof value === 'string') return `s${value}`;
  if (value === null) return 'none';
  if (typeof value === 'boolean') return `n${Number(value)}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `n${value}`;
  return value instanceof PyFloat ? `n${value.value}` : undefined;
}

/** A collection that finds members by Python's `==`: scalars by hash, lists and dicts by comparing. */
export class ValueSet {
  private readonly scalars = new Set<string>();
  private readonly others: Value[] = [];

  constructor(values: Iterable<Value> = []) {
    for (const value of values) this.add(value);
  }

  has(value: Value): boolean {
    const key = scalarKey(value);
    return key === undefined ? this.others.some((other) => pyEquals(other, value)) : this.scalars.has(key);
  }

  /** Adds the value; false when it was there already. */
  add(value: Value): boolean {
    if (this.has(value)) return false;
    const key = scalarKey(value);
    if (key === undefined) this.others.push(value);
    else this.scalars.add(key);
    return true;
  }
}

/** The values without repetitions, in order of first appearance. */
export function distinct(values: Iterable<Value>): Value[] {
  const seen = new ValueSet();
  return [...values].filter((value) => seen.add(value));
}

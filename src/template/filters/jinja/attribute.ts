import { Undefined, type Value } from '../../../base/value.ts';
import { getItem } from '../../python/access.ts';
import { pyCompare } from '../../python/compare.ts';
import { pyStr } from '../../python/print.ts';
import { asIndex } from '../../python/types.ts';

/** Reads an attribute path such as `a.b.0` from an item, as `map(attribute=...)` and `sort(attribute=...)` do. */
export function attributeGetter(attribute: Value | undefined, fallback?: Value): (item: Value) => Value {
  if (attribute === undefined || attribute === null) return (item) => item;
  const index = asIndex(attribute);
  const parts: Value[] =
    index !== undefined
      ? [index]
      : pyStr(attribute)
          .split('.')
          .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return (item) => {
    let value = item;
    for (const part of parts) {
      value = getItem(value, part);
      if (value instanceof Undefined && fallback !== undefined) return fallback;
    }
    return value;
  };
}

/** Reads several comma-separated attributes, for `sort(attribute='a,b')`. */
export function sortKeyGetter(attribute: Value | undefined): (item: Value) => Value[] {
  const parts = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const getters = parts.map((part) => attributeGetter(part));
  return (item) => getters.map((get) => get(item));
}

/** Jinja2 compares texts without regard to case unless told otherwise. */
export function ignoreCase(value: Value): Value {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** A stable sort of `items` by key. */
export function sortBy<T>(items: readonly T[], keyOf: (item: T) => Value, reverse = false): T[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  const direction = reverse ? -1 : 1;
  keyed.sort((a, b) => direction * pyCompare(a.key, b.key));
  return keyed.map(({ item }) => item);
}

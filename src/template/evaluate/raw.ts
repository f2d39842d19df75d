import { LazyMapping, TemplateText, Tuple, VaultText, type Value } from '../../base/value.ts';
import { copyVaulted, markVaulted } from '../python/vaulted.ts';

/** Containers that were looked through already: true when they hold something to resolve. */
const known = new WeakMap<object, boolean>();

/** True when the value is or holds TemplateText or VaultText. Looks through a container once only. */
export function needsResolving(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value instanceof TemplateText || value instanceof VaultText) return true;
  if (!Array.isArray(value) && !(value instanceof Map)) return false;
  const found = known.get(value);
  if (found !== undefined) return found;
  const holds = Array.isArray(value) ? value.some(needsResolving) : dictNeedsResolving(value);
  known.set(value, holds);
  return holds;
}

function dictNeedsResolving(value: ReadonlyMap<Value, Value>): boolean {
  for (const [key, item] of value) if (key instanceof TemplateText || needsResolving(item)) return true;
  return false;
}

/** Rebuilds containers around what `leaf` makes of texts; shares what needs no change. */
export function mapTexts(value: Value, leaf: (text: TemplateText | VaultText) => Value): Value {
  if (!needsResolving(value)) return value;
  if (value instanceof TemplateText || value instanceof VaultText) return leaf(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => mapTexts(item, leaf));
    const list = value instanceof Tuple ? Tuple.from(items) : items;
    for (const [at, item] of value.entries()) if (item instanceof VaultText) markVaulted(list, at, items[at], item);
    return list;
  }
  const made = new Map<Value, Value>();
  for (const [written, item] of value as ReadonlyMap<Value, Value>) {
    // Ansible does not render keys.
    const key = written instanceof TemplateText ? written.source : written;
    const plain = mapTexts(item, leaf);
    made.set(key, plain);
    if (item instanceof VaultText) markVaulted(made, key, plain, item);
  }
  return made;
}

/** A copy of lists and dicts at every level, for templates that change them. */
export function deepCopy(value: Value): Value {
  if (Array.isArray(value)) {
    const items = value.map(deepCopy);
    const list = value instanceof Tuple ? Tuple.from(items) : items;
    copyVaulted(value, list);
    return list;
  }
  if (!(value instanceof Map) || value instanceof LazyMapping) return value;
  const made = new Map([...value].map(([key, item]) => [key, deepCopy(item)]));
  copyVaulted(value, made);
  return made;
}

/** The first text inside a raw value, to say where a variable was written. */
export function firstText(value: Value): TemplateText | VaultText | undefined {
  if (value instanceof TemplateText || value instanceof VaultText) return value;
  if (!needsResolving(value)) return undefined;
  const items = Array.isArray(value) ? value : (value as ReadonlyMap<Value, Value>).values();
  for (const item of items) {
    const text = firstText(item);
    if (text !== undefined) return text;
  }
  return undefined;
}

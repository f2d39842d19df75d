import { Opaque, Tuple, Undefined, isMapping, type Value } from '../../base/value.ts';
import { mappingGet } from './compare.ts';
import { raiseUndefined, typeError } from '../errors.ts';
import { findMethod } from './methods/index.ts';
import { stringRepr, pyRepr } from './print.ts';
import { asIndex, hasSurrogates, protocol, pyType, sizeOf } from './types.ts';

/** A tuple whose places have names too. */
export abstract class NamedTuple extends Tuple {
  abstract getAttr(name: string): Value | undefined;
}

/** How Jinja2 names an object in "... has no attribute": `dict object`, `None`. */
function describe(value: Value): string {
  return value === null ? 'None' : `${pyType(value)} object`;
}

/** The Undefined for a missing attribute or element, with Jinja2's words. */
export function missing(container: Value, key: Value): Undefined {
  if (key instanceof Undefined) return new Undefined(`${describe(container)} has no element ${key.hint}`);
  return typeof key === 'string'
    ? new Undefined(`'${describe(container)}' has no attribute ${stringRepr(key)}`)
    : new Undefined(`${describe(container)} has no element ${pyRepr(key)}`);
}

function elementAt(container: readonly Value[] | string, index: number): Value | undefined {
  if (typeof container !== 'string') return container.at(index);
  if (!hasSurrogates(container)) return container.at(index);
  return [...container].at(index);
}

/** `container[key]` proper: no attributes. */
function subscript(container: Value, key: Value): Value | undefined {
  if (isMapping(container)) return mappingGet(container, key);
  if (Array.isArray(container) || typeof container === 'string') {
    const index = asIndex(key);
    return index === undefined ? undefined : elementAt(container, index);
  }
  return container instanceof Opaque ? protocol(container).getItem?.(key) : undefined;
}

/** The attribute or method only, no element. */
export function attribute(container: Value, name: string): Value | undefined {
  const own = container instanceof Opaque || container instanceof NamedTuple ? container.getAttr(name) : undefined;
  return own ?? findMethod(container, name);
}

/**
 * `container[key]` as Jinja2 does it: the element, else the attribute of that name, else an Undefined that says what
 * is missing. Reading from an Undefined gives that Undefined, as Ansible does.
 */
export function getItem(container: Value, key: Value): Value {
  if (container instanceof Undefined) return container;
  if (key instanceof Undefined && (isMapping(container) || container instanceof Opaque)) raiseUndefined(key);
  const found = subscript(container, key);
  if (found !== undefined) return found;
  return (typeof key === 'string' ? attribute(container, key) : undefined) ?? missing(container, key);
}

/** `container.name` as Jinja2 does it: the attribute or method, else the element, else an Undefined. */
export function getAttr(container: Value, name: string): Value {
  if (container instanceof Undefined) return container;
  // a value may be None: only undefined means that there is none
  const found = attribute(container, name) ?? subscript(container, name);
  return found === undefined ? missing(container, name) : found;
}

function bounds(length: number, start: Value, stop: Value, step: number): [number, number] {
  const place = (value: Value, otherwise: number): number => {
    if (value === null) return otherwise;
    const index = asIndex(value);
    if (index === undefined) throw typeError('slice indices must be integers or None');
    const low = step < 0 ? -1 : 0;
    const high = step < 0 ? length - 1 : length;
    return Math.min(high, Math.max(low, index < 0 ? index + length : index));
  };
  return step < 0 ? [place(start, length - 1), place(stop, -1)] : [place(start, 0), place(stop, length)];
}

/** `container[start:stop:step]`; null stands for what was left out. @throws ToaError E_TEMPLATE_TYPE */
export function slice(container: Value, start: Value, stop: Value, stepValue: Value): Value {
  if (container instanceof Undefined) return container;
  if (!Array.isArray(container) && typeof container !== 'string') return missing(container, 'slice');
  const step = stepValue === null ? 1 : asIndex(stepValue);
  if (step === undefined || step === 0) throw typeError('slice step must be a whole number other than zero');
  const items = typeof container === 'string' && hasSurrogates(container) ? [...container] : container;
  const length = sizeOf(container) as number;
  const [from, to] = bounds(length, start, stop, step);
  if (step === 1 && (typeof items === 'string' || !(items instanceof Tuple))) {
    const part = items.slice(from, Math.max(from, to));
    return typeof container === 'string' && typeof part !== 'string' ? part.join('') : part;
  }
  const picked: Value[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) picked.push(items[i]);
  if (typeof container === 'string') return picked.join('');
  return container instanceof Tuple ? Tuple.from(picked) : picked;
}

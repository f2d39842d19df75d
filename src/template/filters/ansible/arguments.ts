import { ToaError } from '../../../base/errors.ts';
import { Tuple, Undefined, isMapping, type Dict, type Value } from '../../../base/value.ts';
import { asIndex, defined, iterate, pyType, truthy } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';

/** A wrong argument of a filter or test, with Ansible's text. */
export function filterError(message: string, remedy?: string): ToaError {
  return new ToaError('E_FILTER_ARGS', message, remedy === undefined ? {} : { remedy });
}

/** The arguments of one call, bound to the filter's parameter names as Python binds them. */
export class Arguments {
  private readonly bound = new Map<string, Value>();

  /**
   * @param signature parameter names in order; those before the first `name?` are required
   * @throws ToaError E_FILTER_ARGS with Python's text when they do not fit
   */
  constructor(
    filter: string,
    signature: readonly string[],
    args: readonly Value[],
    kwargs: ReadonlyMap<string, Value>,
  ) {
    const names = signature.map((name) => name.replace('?', ''));
    if (args.length > names.length) {
      const takes = `${names.length + 1} positional argument${names.length === 0 ? '' : 's'}`;
      throw filterError(`${filter}() takes ${takes} but ${args.length + 1} were given`);
    }
    args.forEach((value, index) => this.bound.set(names[index], value));
    for (const [name, value] of kwargs) {
      if (!names.includes(name)) throw filterError(`${filter}() got an unexpected keyword argument '${name}'`);
      if (this.bound.has(name)) throw filterError(`${filter}() got multiple values for argument '${name}'`);
      this.bound.set(name, value);
    }
    const missing = signature.filter((name) => !name.endsWith('?') && !this.bound.has(name));
    if (missing.length > 0) {
      const list = missing.map((name) => `'${name}'`).join(' and ');
      const plural = missing.length === 1 ? 'argument' : 'arguments';
      throw filterError(`${filter}() missing ${missing.length} required positional ${plural}: ${list}`);
    }
  }

  has(name: string): boolean {
    return this.bound.has(name);
  }

  /** The value, or undefined when it was not given or is `none`. @throws ToaError E_TEMPLATE_UNDEFINED */
  optional(name: string): Value | undefined {
    const value = this.bound.get(name);
    return value === undefined || value === null ? undefined : defined(value);
  }

  /** The value as it is, undefined or not. */
  given(name: string): Value {
    return this.bound.get(name) ?? null;
  }

  value(name: string): Value {
    return defined(this.bound.get(name) ?? null);
  }

  text(name: string, otherwise = ''): string {
    const value = this.optional(name);
    return value === undefined ? otherwise : pyStr(value);
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.bound.get(name);
    return value === undefined ? otherwise : truthy(value);
  }

  integer(name: string, otherwise: number): number {
    return this.optionalInteger(name) ?? otherwise;
  }

  optionalInteger(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const index = asIndex(value);
    if (index === undefined) throw filterError(`'${pyType(value)}' object cannot be interpreted as an integer`);
    return index;
  }
}

/** Refuses every argument. */
export function noArguments(filter: string, args: readonly Value[], kwargs: ReadonlyMap<string, Value>): void {
  if (args.length > 0) throw filterError(`${filter}() takes 1 positional argument but ${args.length + 1} were given`);
  for (const name of kwargs.keys()) throw filterError(`${filter}() got an unexpected keyword argument '${name}'`);
}

/** A list or tuple, as Ansible's `is_sequence` sees it: no text, no dict. */
export function isSequence(value: Value): value is Value[] {
  return Array.isArray(value);
}

/** The items of anything iterable, as a new array. */
export function itemsOf(value: Value): Value[] {
  return [...iterate(defined(value))];
}

/** A new Map with the entries of a dict. */
export function copyDict(value: Value): Dict {
  if (!isMapping(value)) throw filterError(`expected a dictionary, got ${pyType(value)} instead`);
  const copy: Dict = new Map();
  for (const key of value.keys()) copy.set(key, value.get(key) ?? null);
  return copy;
}

export function tuple(...items: Value[]): Tuple {
  // `Tuple.of` and not `new Tuple`: a single number would be a length.
  return Tuple.of(...items) as Tuple;
}

/** Throws the error of the first Undefined found at any depth, as Ansible's `recursive_check_defined` does. */
export function checkDefined(value: Value): void {
  if (value instanceof Undefined) defined(value);
  if (Array.isArray(value)) value.forEach(checkDefined);
  else if (value instanceof Map) for (const item of value.values()) checkDefined(item);
}

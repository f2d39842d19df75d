import { Opaque, isMapping, type Value } from '../../base/value.ts';

/** What a method does with its object and arguments. */
export type Method<T> = (self: T, args: Value[], kwargs: Map<string, Value>) => Value;

/** A method taken from its object and not yet called, such as `name.upper`. */
export class BoundMethod extends Opaque {
  readonly pyType = 'builtin_function_or_method';
  readonly name: string;
  readonly invoke: (args: Value[], kwargs: Map<string, Value>) => Value;
  constructor(name: string, invoke: (args: Value[], kwargs: Map<string, Value>) => Value) {
    super();
    this.name = name;
    this.invoke = invoke;
  }
}

function methodsOf(value: Value): ReadonlyMap<string, Method<never>> | undefined {
  return isMapping(value) ? undefined : undefined;
}

/** The method of Python's built-in type of `value` with that name, bound to it. */
export function findMethod(value: Value, name: string): BoundMethod | undefined {
  const method = methodsOf(value)?.get(name);
  if (method === undefined) return undefined;
  return new BoundMethod(name, (args, kwargs) => method(value as never, args, kwargs));
}

import { Opaque, type Value } from '../../../base/value.ts';

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

  pyRepr(): string {
    return `<built-in method ${this.name}>`;
  }
}

import { Opaque, type Value } from '../../base/value.ts';
import type { CallContext } from '../contract.ts';
import { BoundMethod } from '../python/methods/index.ts';

/** Something that templates may call. */
export abstract class Callable extends Opaque {
  abstract invoke(args: Value[], kwargs: Map<string, Value>, context: CallContext): Value;
}

export type GlobalBody = (args: Value[], kwargs: Map<string, Value>, context: CallContext) => Value;

/** A global function such as `range` or `lookup`. */
export class GlobalFunction extends Callable {
  readonly pyType = 'function';
  readonly name: string;
  private readonly body: GlobalBody;
  constructor(name: string, body: GlobalBody) {
    super();
    this.name = name;
    this.body = body;
  }

  invoke(args: Value[], kwargs: Map<string, Value>, context: CallContext): Value {
    return this.body(args, kwargs, context);
  }
}

export function isCallable(value: Value): value is Callable | BoundMethod {
  return value instanceof Callable || value instanceof BoundMethod;
}

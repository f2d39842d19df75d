import { ToaError, type ErrorDetails } from '../base/errors.ts';
import type { Span } from '../base/span.ts';
import { Undefined, type Value } from '../base/value.ts';

/** An Undefined that knows where its name was written, so that the error points there and not at its first use. */
export class LocatedUndefined extends Undefined {
  readonly span: Span | undefined;
  readonly chain: readonly string[];
  constructor(hint: string, span: Span | undefined, chain: readonly string[] = []) {
    super(hint);
    this.span = span;
    this.chain = chain;
  }
}

/** What `a if b` gives when b is false: it prints as nothing and is false, but is not defined (Jinja2's own rule). */
export class LenientUndefined extends Undefined {}

/** Throws the error of using `value`, which does not exist. */
export function raiseUndefined(value: Undefined, details: ErrorDetails = {}): never {
  const located = value instanceof LocatedUndefined ? { span: value.span, chain: value.chain } : {};
  throw new ToaError('E_TEMPLATE_UNDEFINED', value.hint, { ...details, ...located });
}

/** An operation that Python would refuse (TypeError, ValueError, ZeroDivisionError...). The render adds the span. */
export function typeError(message: string, remedy?: string): ToaError {
  return new ToaError('E_TEMPLATE_TYPE', message, remedy === undefined ? {} : { remedy });
}

/** A template that would take too much time, memory or depth. */
export function limitError(message: string): ToaError {
  return new ToaError('E_TEMPLATE_LIMIT', message);
}

/** The value, or the error of using it when it is undefined. */
export function defined(value: Value): Exclude<Value, Undefined> {
  if (value instanceof Undefined) raiseUndefined(value);
  return value as Exclude<Value, Undefined>;
}

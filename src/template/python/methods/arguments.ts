import { Undefined, type Value } from '../../../base/value.ts';
import { raiseUndefined, typeError } from '../../errors.ts';
import { asIndex, pyType } from '../types.ts';

export type Kwargs = ReadonlyMap<string, Value>;

/** An argument by place or name, or undefined when it was not given. @throws ToaError E_TEMPLATE_UNDEFINED */
export function argument(args: readonly Value[], kwargs: Kwargs, index: number, name: string): Value | undefined {
  const value = args[index] ?? kwargs.get(name);
  if (value instanceof Undefined) raiseUndefined(value);
  return value;
}

/** @throws ToaError E_TEMPLATE_TYPE when it is not a string */
export function stringArgument(value: Value | undefined, method: string): string {
  if (value instanceof Undefined) raiseUndefined(value);
  if (typeof value === 'string') return value;
  const got = value === undefined ? 'nothing' : pyType(value);
  throw typeError(`${method}() argument must be str, not ${got}`);
}

/** @throws ToaError E_TEMPLATE_TYPE when it is not an integer */
export function integerArgument(value: Value | undefined, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  if (value instanceof Undefined) raiseUndefined(value);
  const index = asIndex(value);
  if (index === undefined) throw typeError(`'${pyType(value)}' object cannot be interpreted as an integer`);
  return index;
}

import { Tuple, isMapping, type Value } from '../../../base/value.ts';
import { isFloat, isInteger } from '../types.ts';
import { dictMethods } from './dict.ts';
import { listMethods, tupleMethods } from './list.ts';
import { BoundMethod, type Method } from './method.ts';
import { floatMethods, integerMethods, numberAttribute } from './number.ts';
import { stringMethods } from './string.ts';

export { BoundMethod, type Method };

type Methods = ReadonlyMap<string, Method<never>>;

function methodsOf(value: Value): Methods | undefined {
  if (typeof value === 'string') return stringMethods as Methods;
  if (value instanceof Tuple) return tupleMethods as Methods;
  if (Array.isArray(value)) return listMethods as Methods;
  if (isMapping(value)) return dictMethods as Methods;
  if (isFloat(value)) return floatMethods as Methods;
  return isInteger(value) ? (integerMethods as Methods) : undefined;
}

/** The method (or attribute) of Python's built-in type of `value` with that name, bound to it. */
export function findMethod(value: Value, name: string): Value | undefined {
  const methods = methodsOf(value);
  if (methods === undefined) return undefined;
  const method = methods.get(name);
  if (method === undefined) return numberAttribute(value, name);
  return new BoundMethod(name, (args, kwargs) => method(value as never, args, kwargs));
}

/** Python's operations on values, for the engine, filters, tests and lookups. */
export { getAttr, getItem, missing, slice } from './access.ts';
export { contains, keyFor, mappingGet, mappingHas, pyCompare, pyEquals } from './compare.ts';
export { defined, limitError, raiseUndefined, typeError } from '../errors.ts';
export {
  asFloat,
  asIndex,
  isFloat,
  isInteger,
  isNumber,
  iterate,
  pyLength,
  pyType,
  sizeOf,
  toArray,
  truthy,
} from './types.ts';

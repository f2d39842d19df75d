import {
  LazyMapping,
  Opaque,
  PyFloat,
  TemplateText,
  Tuple,
  Undefined,
  VaultText,
  isMapping,
  type Value,
} from '../../base/value.ts';
import { LenientUndefined, raiseUndefined, typeError } from '../errors.ts';

/** An Opaque that can be iterated, sized or compared, beside its attributes. All are optional. */
export interface OpaqueProtocol {
  /** `str()` of the object. */
  pyStr?(): string;
  /** `repr()` of the object. */
  pyRepr?(): string;
  iterate?(): Iterable<Value>;
  readonly length?: number;
  equals?(other: Value): boolean;
  compare?(other: Value): number;
  getItem?(key: Value): Value | undefined;
  setAttr?(name: string, value: Value): void;
  binary?(operator: string, other: Value, reflected: boolean): Value | undefined;
}

export function protocol(value: Opaque): OpaqueProtocol {
  return value as OpaqueProtocol;
}

const SURROGATE = /[\ud800-\udfff]/;

export function isFloat(value: Value): value is number | PyFloat {
  return value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value));
}

/** An integer; Python counts booleans as integers too, this does not. */
export function isInteger(value: Value): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

export function isNumber(value: Value): value is number | bigint | PyFloat {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat;
}

/** The number as JavaScript's float; a boolean is 0 or 1; undefined when it is not a number. */
export function asFloat(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  return undefined;
}

/** A list index or count: an integer or boolean, else undefined. */
export function asIndex(value: Value): number | undefined {
  if (typeof value === 'boolean' || isInteger(value)) return Number(value);
  return undefined;
}

/** Python's name of the type, as `type(value).__name__` gives it. */
export function pyType(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (isFloat(value)) return 'float';
  if (isInteger(value)) return 'int';
  if (value instanceof Tuple) return 'tuple';
  if (Array.isArray(value)) return 'list';
  if (isMapping(value)) return 'dict';
  if (value instanceof Undefined) return 'AnsibleUndefined';
  if (value instanceof Opaque) return value.pyType;
  return value instanceof VaultText ? 'AnsibleVaultEncryptedUnicode' : 'str';
}

/** Python's truth of a value. @throws ToaError E_TEMPLATE_UNDEFINED */
export function truthy(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null || value === '' || value === 0 || value === 0n) return false;
  if (typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map || value instanceof LazyMapping) return value.size > 0;
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof LenientUndefined) return false;
  if (value instanceof Undefined) raiseUndefined(value);
  if (value instanceof Opaque) return protocol(value).length !== 0;
  return !(value instanceof TemplateText) || value.source !== '';
}

/** What a `for` loop over the value sees. @throws ToaError E_TEMPLATE_TYPE, E_TEMPLATE_UNDEFINED */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value) || typeof value === 'string') return value;
  if (isMapping(value)) return value.keys();
  if (value instanceof LenientUndefined) return [];
  if (value instanceof Undefined) raiseUndefined(value);
  if (value instanceof Opaque) {
    const items = protocol(value).iterate?.();
    if (items !== undefined) return items;
  }
  throw typeError(`'${pyType(value)}' object is not iterable`);
}

/** What iterating the value gives, as an array: a list itself, not a copy. */
export function toArray(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [...iterate(value)];
}

/** Number of characters (code points), items or keys; undefined when the value has no length. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === 'string') return SURROGATE.test(value) ? [...value].length : value.length;
  if (Array.isArray(value)) return value.length;
  if (isMapping(value)) return value.size;
  if (value instanceof Undefined) raiseUndefined(value);
  return value instanceof Opaque ? protocol(value).length : undefined;
}

/** `len(value)`. @throws ToaError E_TEMPLATE_TYPE */
export function pyLength(value: Value): number {
  const size = sizeOf(value);
  if (size === undefined) throw typeError(`object of type '${pyType(value)}' has no len()`);
  return size;
}

/** True when the text has characters that take two UTF-16 units: then indexes must count code points. */
export function hasSurrogates(text: string): boolean {
  return SURROGATE.test(text);
}

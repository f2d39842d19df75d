import type { Span } from './span.ts';
import { TemplateText } from './template-text.ts';

export { TemplateText };

/**
 * The values that playbooks, inventories and templates compute with; Python's types as Jinja2 sees them.
 *
 * - A plain JavaScript `string` is **final**: it is never templated (again). Text that may hold Jinja2 exists only as
 *   `TemplateText`, which readers of the user's files alone make (template-text.ts). So whatever came from a host, a lookup or a finished
 *   template cannot be templated by construction; there is no "unsafe" flag to forget.
 * - An integer is a `number` (or a `bigint` beyond 2^53); a float with a fraction is a `number`; a float without one
 *   (2.0) is a `PyFloat`, because Python prints it as `2.0` and JavaScript cannot tell it from 2.
 * - A dict is a `Map` (order of insertion, keys of any scalar type), or a `LazyMapping` where building it would cost
 *   (hostvars). A list is an Array, a tuple a `Tuple`.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | PyFloat
  | Value[]
  | Dict
  | LazyMapping
  | TemplateText
  | VaultText
  | Undefined
  | Opaque;

export type Dict = Map<Value, Value>;

/** Words of Ansible's booleans (`boolean()` of its module_utils); YAML 1.1 and the filter `bool` have fewer. */
const TRUE = new Set(['y', 'yes', 'on', '1', 'true', 't']);
const FALSE = new Set(['n', 'no', 'off', '0', 'false', 'f']);

/** The boolean that a word or number stands for, without regard to case and blanks around it; undefined for any other value. */
export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const scalar = value instanceof PyFloat ? value.value : value;
  if (typeof scalar !== 'string' && typeof scalar !== 'number' && typeof scalar !== 'bigint') return undefined;
  const plain = String(scalar).trim().toLowerCase();
  return TRUE.has(plain) ? true : FALSE.has(plain) ? false : undefined;
}

/** A float whose value is a whole number. Make floats with `float()`, never directly. */
export class PyFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A Python float: boxed only where JavaScript could not tell it from an integer. */
export function float(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}

/** A Python tuple. Prints as `(1, 2)`; otherwise a list. */
export class Tuple extends Array<Value> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** A read-only dict whose values are made when asked for. Same reading methods as `Map`. */
export abstract class LazyMapping {
  abstract get(key: Value): Value | undefined;
  abstract has(key: Value): boolean;
  abstract keys(): Iterable<Value>;
  abstract get size(): number;
}

/** Where a LazyDict has its entries from. */
export interface DictSource {
  find(key: Value): Value | undefined;
  entries(): Iterable<readonly [Value, Value]>;
}

/** A dict whose entries are made when somebody looks at them, all of them when somebody looks at more than one key. */
export class LazyDict extends Map<Value, Value> {
  private source: DictSource | undefined;

  constructor(source: DictSource) {
    super();
    this.source = source;
  }

  private whole(): this {
    const { source } = this;
    this.source = undefined;
    for (const [key, value] of source?.entries() ?? []) super.set(key, value);
    return this;
  }

  override get(key: Value): Value | undefined {
    return this.source ? this.source.find(key) : super.get(key);
  }

  override has(key: Value): boolean {
    return this.source ? this.source.find(key) !== undefined : super.has(key);
  }

  override set(key: Value, value: Value): this {
    this.whole();
    return super.set(key, value);
  }

  override delete(key: Value): boolean {
    this.whole();
    return super.delete(key);
  }

  override clear(): void {
    this.source = undefined;
    super.clear();
  }

  override get size(): number {
    this.whole();
    return super.size;
  }

  override keys(): MapIterator<Value> {
    this.whole();
    return super.keys();
  }

  override values(): MapIterator<Value> {
    this.whole();
    return super.values();
  }

  override entries(): MapIterator<[Value, Value]> {
    this.whole();
    return super.entries();
  }

  override [Symbol.iterator](): MapIterator<[Value, Value]> {
    return this.entries();
  }

  override forEach(each: (value: Value, key: Value, map: Dict) => void): void {
    this.whole();
    super.forEach(each);
  }
}

/** An inline `!vault` value; decrypted when it is used, by the port that src/template is given. */
export class VaultText {
  readonly ciphertext: string;
  readonly span: Span;
  constructor(ciphertext: string, span: Span) {
    this.ciphertext = ciphertext;
    this.span = span;
  }
}

/** The result of naming something that does not exist. Using it (printing, iterating, arithmetic) is an error. */
export class Undefined {
  /** e.g. `'foo' is undefined` */
  readonly hint: string;
  constructor(hint: string) {
    this.hint = hint;
  }
}

/** Objects that live only inside templates (macros, loop, namespace, functions, datetimes). */
export abstract class Opaque {
  /** Python's type name, for `type_debug` and messages. */
  abstract readonly pyType: string;
  getAttr(_name: string): Value | undefined {
    return undefined;
  }
}

export function isMapping(value: unknown): value is Dict | LazyMapping {
  return value instanceof Map || value instanceof LazyMapping;
}

/** Makes a dict from a JavaScript object with string keys. */
export function dict(entries: Record<string, Value> = {}): Dict {
  return new Map(Object.entries(entries));
}

/** Turns plain JavaScript data (results of verbs, parsed JSON) into a Value; values pass through. */
export function fromJs(input: unknown): Value {
  if (input === undefined) return null;
  if (Array.isArray(input)) return input.every(isScalar) ? (input as Value[]) : input.map(fromJs);
  if (input === null || typeof input !== 'object') return input as Value;
  if (input instanceof LazyDict) return input;
  if (input instanceof Map) {
    return new Map([...input].map(([k, v]) => [k as Value, fromJs(v)]));
  }
  if (Object.getPrototypeOf(input) !== Object.prototype) return input as Value;
  const out: Dict = new Map();
  for (const key of Object.keys(input)) {
    const value = (input as Record<string, unknown>)[key];
    if (value !== undefined) out.set(key, fromJs(value));
  }
  return out;
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}

/** Turns a resolved Value into plain JavaScript data (arguments of verbs, JSON). Floats become numbers. */
export function toJs(value: Value): unknown {
  if (value instanceof PyFloat) return value.value;
  if (Array.isArray(value)) return value.map(toJs);
  if (isMapping(value)) {
    const out: Record<string, unknown> = {};
    for (const key of value.keys()) {
      Object.defineProperty(out, String(key), {
        value: toJs(value.get(key) as Value),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return out;
  }
  return value;
}

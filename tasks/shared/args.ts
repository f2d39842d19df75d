import { z } from 'zod';
import { booleanOf } from '../../src/base/value.ts';

/**
 * Argument types with the coercions of Ansible's AnsibleModule (lib/ansible/module_utils/common/validation.py,
 * ansible-core 2.14): text that reads as a number or a boolean is accepted where one is wanted, and numbers as text.
 * All take plain JavaScript data (after `toJs`). An argument that is absent or null is "not given".
 */

function toBool(value: unknown): unknown {
  return booleanOf(value) ?? value;
}

/** Python's str() of what YAML can give, as far as arguments need it. */
function toText(value: unknown): unknown {
  if (typeof value === 'string' || value === undefined) return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return value;
}

function toPath(value: unknown): unknown {
  const text = toText(value);
  return typeof text === 'string' && text.startsWith('-') ? `./${text}` : text;
}

function toInt(value: unknown): unknown {
  if (typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value)) return Number.parseInt(value, 10);
  return value;
}

function toFloat(value: unknown): unknown {
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return value;
}

/** Schemas never change, and making one costs: 30 verbs ask for these some 500 times at each start. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Text; numbers and booleans become text. Dicts and lists are refused (copy's `content` uses `raw`). */
export const str = once(() => z.preprocess(toText, z.string()));
/** yes/no/on/off/1/0/true/false. */
export const bool = once(() => z.preprocess(toBool, z.boolean()));
export const int = once(() => z.preprocess(toInt, z.number().int()));
export const float = once(() => z.preprocess(toFloat, z.number()));
/** Any data, as it is. */
export const raw = () => z.unknown();
/** A path on the target; `~` and variables are expanded there. One that begins with a dash is an option to no program. */
export const path = once(() => z.preprocess(toPath, z.string()));
export const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.preprocess((v) => (typeof v === 'boolean' ? booleanChoice(v, values) : toText(v)), z.enum(values));

/** `state: yes` where the choices hold `yes`: YAML made a boolean of it. */
function booleanChoice(value: boolean, values: readonly string[]): unknown {
  return values.find((word) => booleanOf(word) === value) ?? String(value);
}

/** A list; one item or `a,b,c` text becomes a list. */
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((v) => {
    if (v === undefined || Array.isArray(v)) return v;
    if (typeof v === 'string') return v === '' ? [] : v.split(',').map((part) => part.trim());
    return [v];
  }, z.array(item));

/** A dict; `k=v, k2=v2` or JSON text becomes one. */
export const dictArg = () => z.preprocess(toDict, z.record(z.string(), z.unknown()));

function toDict(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.trim().startsWith('{')) {
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }
  const pairs = value.split(/[,\s]+/).filter((part) => part.includes('='));
  return pairs.length === 0
    ? value
    : Object.fromEntries(pairs.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
}

/** File mode: `0644`, `"0644"`, 420 (an integer is taken as YAML's octal result) or `u=rw,g=r`; kept as text. */
export const mode = () => z.preprocess((v) => (typeof v === 'number' ? `0${v.toString(8)}` : toText(v)), z.string());

/** An argument of Ansible's that a verb does not do: giving it is an error with this reason. */
export const refused = (reason: string) =>
  str()
    .optional()
    .refine((value) => value === undefined, reason);

/** Owner, group, mode and kin: what every verb that makes files takes. */
export const fileAttributes = {
  mode: mode().optional(),
  owner: str().optional(),
  group: str().optional(),
  seuser: str().optional(),
  serole: str().optional(),
  setype: str().optional(),
  selevel: str().optional(),
  attributes: refused('chattr attributes are not supported: use command with chattr'),
  unsafe_writes: bool().default(false),
};

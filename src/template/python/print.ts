import { floatRepr } from '../../base/python-json.ts';
import { Opaque, PyFloat, TemplateText, Tuple, Undefined, VaultText, isMapping, type Value } from '../../base/value.ts';
import { LenientUndefined, raiseUndefined } from '../errors.ts';
import { protocol } from './types.ts';

export { floatRepr };

const SIMPLE = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/;
const UNPRINTABLE = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function escapeCharacter(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) as number;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Python's `repr` of a string. */
export function stringRepr(text: string): string {
  if (SIMPLE.test(text)) return `'${text}'`;
  const escaped = text.replace(UNPRINTABLE, escapeCharacter);
  if (!text.includes("'")) return `'${escaped}'`;
  return text.includes('"') ? `'${escaped.replaceAll("'", "\\'")}'` : `"${escaped}"`;
}

function printList(items: readonly Value[], open: string, close: string, out: string[]): void {
  out.push(open);
  items.forEach((item, index) => {
    if (index > 0) out.push(', ');
    print(item, out);
  });
  out.push(items.length === 1 && open === '(' ? ',)' : close);
}

function printObject(value: object, out: string[]): void {
  if (value instanceof Tuple) return printList(value, '(', ')', out);
  if (Array.isArray(value)) return printList(value as Value[], '[', ']', out);
  if (isMapping(value)) {
    out.push('{');
    let first = true;
    for (const key of value.keys()) {
      if (!first) out.push(', ');
      first = false;
      print(key, out);
      out.push(': ');
      print(value.get(key) ?? null, out);
    }
    out.push('}');
  } else if (value instanceof PyFloat) out.push(floatRepr(value.value));
  else if (value instanceof TemplateText) out.push(stringRepr(value.source));
  else if (value instanceof Undefined) raiseUndefined(value);
  else if (value instanceof VaultText) out.push("'<vault>'");
  else if (value instanceof Opaque) out.push(opaqueRepr(value));
}

function opaqueRepr(value: Opaque): string {
  const { pyRepr: repr } = protocol(value);
  return repr === undefined ? `<${value.pyType} object>` : repr.call(value);
}

function print(value: Value, out: string[]): void {
  if (typeof value === 'string') out.push(stringRepr(value));
  else if (value === null) out.push('None');
  else if (typeof value === 'object') printObject(value, out);
  else out.push(printScalar(value));
}

function printScalar(value: boolean | number | bigint): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' && !Number.isInteger(value)) return floatRepr(value);
  return typeof value === 'number' && !Number.isSafeInteger(value) ? BigInt(value).toString() : String(value);
}

/** Python's `repr(value)`. @throws ToaError E_TEMPLATE_UNDEFINED when it is or holds an Undefined */
export function pyRepr(value: Value): string {
  const out: string[] = [];
  print(value, out);
  return out.length === 1 ? out[0] : out.join('');
}

/** Python's `str(value)`: what `{{ value }}` prints (but None, which Ansible prints as nothing). */
export function pyStr(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof TemplateText) return value.source;
  if (value instanceof LenientUndefined) return '';
  if (value instanceof Opaque) {
    const { pyStr: str } = protocol(value);
    if (str !== undefined) return str.call(value);
  }
  return pyRepr(value);
}

import { PyFloat, Undefined, isMapping, type Value } from '../../../base/value.ts';
import { raiseUndefined, typeError } from '../../errors.ts';
import { floatRepr, pyStr } from '../../python/print.ts';
import { asIndex, isFloat, pyType } from '../../python/types.ts';
import { pyCompare } from '../../python/compare.ts';

const HTML_SAFE: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', "'": '\\u0027' };

function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function number(value: number | PyFloat | bigint): string {
  if (!isFloat(value)) return String(value);
  const float = value instanceof PyFloat ? value.value : (value as number);
  if (Number.isNaN(float)) return 'NaN';
  return Number.isFinite(float) ? floatRepr(float) : float > 0 ? 'Infinity' : '-Infinity';
}

function key(value: Value): string {
  if (typeof value === 'string') return text(value);
  if (value === null || typeof value === 'boolean') return `"${JSON.stringify(value)}"`;
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat) return `"${number(value)}"`;
  throw typeError(`keys must be str, int, float, bool or None, not ${pyType(value)}`);
}

/** Writes JSON as Python's `json.dumps(value, sort_keys=True, indent=indent)`. */
function dump(value: Value, indent: string | undefined, lead: string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat) return number(value);
  if (value instanceof Undefined) raiseUndefined(value);
  const inner = indent === undefined ? '' : lead + indent;
  const wrap = (open: string, parts: string[], close: string): string => {
    if (parts.length === 0) return open + close;
    if (indent === undefined) return open + parts.join(', ') + close;
    return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${lead}${close}`;
  };
  if (Array.isArray(value)) {
    return wrap(
      '[',
      value.map((item) => dump(item, indent, inner)),
      ']',
    );
  }
  if (!isMapping(value)) throw typeError(`Object of type ${pyType(value)} is not JSON serializable`);
  const keys = [...value.keys()].sort((a, b) => pyCompare(a, b));
  const parts = keys.map((item) => `${key(item)}: ${dump(value.get(item) ?? null, indent, inner)}`);
  return wrap('{', parts, '}');
}

/** Jinja2's `tojson`: JSON that may stand in HTML. */
export function htmlSafeJson(value: Value, indent: Value | undefined): string {
  const width = indent === undefined || indent === null ? undefined : asIndex(indent);
  const step = width === undefined ? (typeof indent === 'string' ? pyStr(indent) : undefined) : ' '.repeat(width);
  return dump(value, step, '').replace(/[<>&']/g, (character) => HTML_SAFE[character]);
}

import { isMapping, PyFloat } from './value.ts';

export interface JsonStyle {
  /** Spaces of indentation; absent: one line. */
  readonly indent?: number;
  readonly sortKeys?: boolean;
  /** Write characters beyond ASCII as \uXXXX (Python's default). */
  readonly ensureAscii?: boolean;
  /** Separators of items and of key and value; default `", "` (`","` when indented) and `": "`. */
  readonly separators?: readonly [string, string];
}

function quote(text: string, ensureAscii: boolean): string {
  const quoted = JSON.stringify(text);
  if (!ensureAscii) return quoted;
  return quoted.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A float as Python's repr prints it: 1.0, 1e+16, inf. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const magnitude = Math.abs(value);
  if (value !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    const [mantissa, exponent] = value.toExponential().split('e');
    const digits = exponent.slice(1).padStart(2, '0');
    return `${mantissa}e${exponent[0]}${digits}`;
  }
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function jsonNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return Number.isInteger(value) ? String(value) : floatRepr(value);
}

function entriesOf(value: object): [string, unknown][] {
  if (isMapping(value)) return [...value.keys()].map((key) => [keyText(key), value.get(key)]);
  return Object.entries(value).filter(([, v]) => v !== undefined);
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  return key instanceof PyFloat ? floatRepr(key.value) : String(key);
}

/** Python compares str keys by code point; JavaScript's default sort compares UTF-16 units. */
function byCodePoint([a]: [string, unknown], [b]: [string, unknown]): number {
  if (a === b) return 0;
  const x = [...a];
  const y = [...b];
  const at = x.findIndex((c, i) => c !== y[i]);
  if (at < 0) return -1;
  return y[at] === undefined || (x[at].codePointAt(0) as number) > (y[at].codePointAt(0) as number) ? 1 : -1;
}

/**
 * Writes a value as Python's `json.dumps` does (https://docs.python.org/3/library/json.html).
 * Takes Values and plain JavaScript data; what JSON has no form for is written by `fallback` (default: as text).
 */
export function dumpJson(
  value: unknown,
  style: JsonStyle = {},
  fallback: (value: unknown) => string = (v) => String(v),
): string {
  const ascii = style.ensureAscii ?? true;
  const [comma, colon] = style.separators ?? [style.indent === undefined ? ', ' : ',', ': '];
  const out: string[] = [];
  const lineBreak = (depth: number): void => {
    if (style.indent !== undefined) out.push('\n', ' '.repeat(style.indent * depth));
  };
  const sequence = (open: string, close: string, count: number, depth: number, item: (i: number) => void): void => {
    if (count === 0) {
      out.push(open, close);
      return;
    }
    out.push(open);
    for (let i = 0; i < count; i++) {
      if (i > 0) out.push(comma);
      lineBreak(depth + 1);
      item(i);
    }
    lineBreak(depth);
    out.push(close);
  };
  const write = (v: unknown, depth: number): void => {
    if (v === null || v === undefined) out.push('null');
    else if (typeof v === 'string') out.push(quote(v, ascii));
    else if (typeof v === 'boolean') out.push(v ? 'true' : 'false');
    else if (typeof v === 'number') out.push(jsonNumber(v));
    else if (typeof v === 'bigint') out.push(v.toString());
    else if (v instanceof PyFloat) out.push(floatRepr(v.value));
    else if (Array.isArray(v)) sequence('[', ']', v.length, depth, (i) => write(v[i], depth + 1));
    else if (isMapping(v) || Object.getPrototypeOf(v) === Object.prototype) writeDict(v, depth);
    else out.push(quote(fallback(v), ascii));
  };
  const writeDict = (v: object, depth: number): void => {
    const entries = entriesOf(v);
    if (style.sortKeys) entries.sort(byCodePoint);
    sequence('{', '}', entries.length, depth, (i) => {
      out.push(quote(entries[i][0], ascii), colon);
      write(entries[i][1], depth + 1);
    });
  };
  write(value, 0);
  return out.join('');
}

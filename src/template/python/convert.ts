import { LazyMapping, PyFloat, Tuple, Undefined, type Dict, type Value } from '../../base/value.ts';
import { LenientUndefined, raiseUndefined } from '../errors.ts';
import { NativeText, type Output } from '../evaluate/frame.ts';
import { parseLiteral } from './literal.ts';
import { pyStr } from './print.ts';

/** JSON's words, which Ansible takes for Python's in results of templates. */
const JSON_NAMES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** True when `literal_eval(str(value))` would give the same value back. @throws ToaError E_TEMPLATE_UNDEFINED */
function survivesPrinting(value: Value): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint')
    return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (value instanceof PyFloat) return Number.isFinite(value.value);
  if (value instanceof Undefined) raiseUndefined(value);
  if (Array.isArray(value)) return value.every(survivesPrinting);
  if (!(value instanceof Map)) return false;
  for (const [key, item] of value) if (!survivesPrinting(key) || !survivesPrinting(item)) return false;
  return true;
}

/** A lazy dict as a real one. */
function materialize(value: Value): Value {
  if (!(value instanceof LazyMapping)) return value;
  const made: Dict = new Map();
  for (const key of value.keys()) made.set(key, value.get(key) ?? null);
  return made;
}

/** Text that looks like a list, a dict or a boolean becomes one; any other text stays. */
function evaluateText(text: string): Value {
  if (text === 'True') return true;
  if (text === 'False') return false;
  const [first] = text;
  if (first !== '[' && first !== '{') return text;
  const value = parseLiteral(text, { names: JSON_NAMES });
  return value === undefined ? text : value;
}

function printNode(node: Value | NativeText): string {
  if (typeof node === 'string') return node;
  return node instanceof NativeText ? node.text : pyStr(node);
}

/**
 * An output whose nodes become text as soon as Ansible's do, so that a list that is printed does not show what a later
 * statement adds to it: at once, or when two are there, since one by itself stays data.
 */
export function streamed(isText: boolean): Output {
  const out: Output = [];
  let done = 0;
  out.push = (...nodes) => {
    for (const node of nodes) out[out.length] = node;
    if (isText || out.length > 1) for (; done < out.length; done++) out[done] = settled(out[done]);
    return out.length;
  };
  return out;
}

function settled(node: Value | NativeText): Value | NativeText {
  return node !== null && typeof node === 'object' && !(node instanceof NativeText) ? pyStr(node) : node;
}

/** All nodes as one text. */
export function joinText(nodes: Output): string {
  return nodes.length === 1 ? printNode(nodes[0]) : nodes.map(printNode).join('');
}

/** What ansible-core 2.14 makes of a template's result by default. */
export function evalConcat(nodes: Output): Value {
  if (nodes.length === 1) {
    const [node] = nodes;
    if (node instanceof NativeText) return node.text;
    if (typeof node === 'string') return evaluateText(node);
    if (typeof node === 'boolean') return node;
    const value = materialize(node);
    const isData = value instanceof Map || (Array.isArray(value) && !(value instanceof Tuple));
    if (isData && survivesPrinting(value)) return value;
    return evaluateText(pyStr(value));
  }
  return evaluateText(joinText(nodes));
}

/** What `jinja2_native` makes of it: one value stays as it is, text that is a Python literal becomes that. */
export function nativeConcat(nodes: Output): Value {
  if (nodes.length === 0) return null;
  if (nodes.length === 1) {
    const [node] = nodes;
    if (node instanceof NativeText) return node.text;
    if (typeof node !== 'string') return materialize(node);
  }
  const text = joinText(nodes);
  if (/^[ \t]/.test(text)) return text;
  const value = parseLiteral(text);
  if (value === undefined) return text;
  return typeof value === 'string' ? `${text[0]}${value}${text[0]}` : value;
}

/** Fails on what is undefined, also inside; prints nothing for None unless `native`. */
export function finalizeValue(value: Value, native: boolean): Value {
  if (value === null) return native ? null : '';
  if (typeof value !== 'object') return value;
  if (value instanceof LenientUndefined) return '';
  if (value instanceof Undefined) raiseUndefined(value);
  if (Array.isArray(value)) checkDefined(value);
  else if (value instanceof Map) for (const item of value.values()) checkDefined(item);
  return value;
}

function checkDefined(value: Value): void {
  if (value === null || typeof value !== 'object') return;
  if (value instanceof Undefined && !(value instanceof LenientUndefined)) raiseUndefined(value);
  if (Array.isArray(value)) for (const item of value) checkDefined(item);
  else if (value instanceof Map) for (const item of value.values()) checkDefined(item);
}

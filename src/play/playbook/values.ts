import { templateText } from '../../base/template-text.ts';
import { isMapping, TemplateText, type Dict, type Value } from '../../base/value.ts';
import type { Condition } from '../plan.ts';
import type { YamlEntry, YamlNode } from '../yaml/index.ts';
import type { Loading } from './loading.ts';

/** Names written in a row. */
export function words(names: string): string[] {
  return names.split(' ');
}

/** Text of a key for messages. */
export function keyText(entry: YamlEntry): string {
  return String(entry.key);
}

/** Python's name of a value's type, for messages that Ansible users know. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (isMapping(value)) return 'dict';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return Number.isInteger(Number(value)) ? 'int' : 'float';
  return 'str';
}

/** A value as a list: null is empty, anything else but a list is its only member. */
export function asList(value: Value): Value[] {
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Conditions of `when`, `until`, `changed_when`, `failed_when`: a list is an "and". */
export function conditions(node: YamlNode, keyword: string, loading: Loading): Condition[] {
  if (node.kind === 'seq') return node.items.flatMap((item) => conditions(item, keyword, loading));
  if (node.kind === 'map') {
    loading.fail('E_PLAY_VALUE', `'${keyword}' must be a condition or a list of conditions, not a dict`, node.span);
  }
  const { value } = node;
  if (typeof value === 'boolean') return [value];
  if (value === null || value === '') return [];
  const text = node.text?.();
  return [text ?? templateText(String(value), node.span)];
}

/** `tags`: a list, or text with commas. */
export function tagList(node: YamlNode, loading: Loading): Value[] {
  const { value } = node;
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return value.split(',').map((tag) => tag.trim());
  if (typeof value === 'number') return [value];
  if (!(value instanceof TemplateText)) loading.fail('E_PLAY_VALUE', 'tags must be specified as a list', node.span);
  // A comma inside {{ }} does not part tags.
  const parts = value.source.split(/,(?![^{]*\}\})/);
  if (parts.length === 1) return [value];
  return parts.map((part) => (part.includes('{{') ? templateText(part.trim(), value.span) : part.trim()));
}

const IDENTIFIER = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u;
const RESERVED = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Whether a name can be a variable (a Python identifier that is no keyword). */
export function isVariableName(name: unknown): name is string {
  return typeof name === 'string' && IDENTIFIER.test(name) && !RESERVED.has(name);
}

/** `vars`: a dict, or a list of dicts (later ones win). */
export function varsDict(node: YamlNode, owner: string, loading: Loading): Dict {
  const parts = node.kind === 'seq' ? node.items : node.value === null ? [] : [node];
  const out: Dict = new Map();
  for (const part of parts) {
    if (part.kind !== 'map') {
      const message = `Vars in a ${owner} must be specified as a dictionary, or a list of dictionaries`;
      loading.fail('E_PLAY_VALUE', message, part.span);
    }
    for (const entry of part.entries) {
      if (!isVariableName(entry.key)) {
        const message = `Invalid variable name in vars specified for ${owner}: '${keyText(entry)}' is not a valid variable name`;
        loading.report('E_PLAY_VARIABLE_NAME', message, entry.keySpan, 'use letters, digits and _, no digit first');
      }
      out.set(entry.key, entry.node.value);
    }
  }
  return out;
}

/** A dict node, or an error that names what it is for. */
export function needMap(node: YamlNode, what: string, loading: Loading): YamlNode & { kind: 'map' } {
  if (node.kind === 'map') return node;
  return loading.fail('E_PLAY_VALUE', `${what} must be a dictionary, not ${typeName(node.value)}`, node.span);
}

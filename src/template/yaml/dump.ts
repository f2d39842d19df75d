import { Buffer } from 'node:buffer';
import { floatRepr } from '../../base/python-json.ts';
import { Opaque, TemplateText, Undefined, VaultText, isMapping, type Value } from '../../base/value.ts';
import { asFloat, isFloat, pyCompare, raiseUndefined, typeError } from '../python/operations.ts';
import { vaultedAt } from '../python/vaulted.ts';
import { pyStr } from '../python/print.ts';
import { scalarType } from '../../base/yaml-scalar.ts';
import { analyze, isPrintable } from './analyze.ts';
import { YamlWriter } from './writer.ts';

export interface YamlStyle {
  /** Columns of one level; 2 to 9 count, everything else is 2. */
  readonly indent?: number;
  /** Columns after which long texts are folded; default 80. */
  readonly width?: number;
  readonly sortKeys?: boolean;
  /** true: `{a: 1}` everywhere; false: nowhere; undefined: for collections of plain scalars only. */
  readonly flow?: boolean;
  readonly explicitStart?: boolean;
  readonly explicitEnd?: boolean;
  /** Texts of several lines as literal blocks, cleaned of what those cannot hold: for people, not to be read back. */
  readonly literal?: boolean;
}

type Node =
  | { readonly kind: 'scalar'; readonly text: string; readonly isText: boolean; readonly tag?: string }
  | { readonly kind: 'sequence'; readonly items: readonly Node[]; readonly flow: boolean }
  | { readonly kind: 'mapping'; readonly entries: readonly (readonly [Node, Node])[]; readonly flow: boolean };

const MAX_SIMPLE_KEY = 128;

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = floatRepr(value);
  return text.includes('.') ? text : text.replace('e', '.0e');
}

function sortedKeys(keys: Value[]): Value[] {
  try {
    return keys.sort((a, b) => pyCompare(a, b));
  } catch {
    // PyYAML leaves keys that cannot be ordered as they are.
    return keys;
  }
}

function represent(value: Value, style: YamlStyle): Node {
  if (value instanceof VaultText) return { kind: 'scalar', text: value.ciphertext, isText: true, tag: '!vault' };
  if (value instanceof Undefined) raiseUndefined(value);
  if (value === null) return { kind: 'scalar', text: 'null', isText: false };
  if (typeof value === 'string') return { kind: 'scalar', text: value, isText: true };
  if (value instanceof TemplateText) return { kind: 'scalar', text: value.source, isText: true };
  if (typeof value === 'boolean') return { kind: 'scalar', text: String(value), isText: false };
  if (isFloat(value)) return { kind: 'scalar', text: floatText(asFloat(value) as number), isText: false };
  if (typeof value === 'number' || typeof value === 'bigint')
    return { kind: 'scalar', text: pyStr(value), isText: false };
  if (Array.isArray(value)) {
    const items = value.map((item, at) => represent(vaultedAt(value, at, item) ?? item, style));
    return { kind: 'sequence', items, flow: style.flow ?? items.every(isPlain) };
  }
  if (isMapping(value)) {
    const keys = style.sortKeys === false ? [...value.keys()] : sortedKeys([...value.keys()]);
    const valueAt = (key: Value): Value => {
      const item = value.get(key) ?? null;
      return vaultedAt(value, key, item) ?? item;
    };
    const entries = keys.map((key) => [represent(key, style), represent(valueAt(key), style)] as const);
    return { kind: 'mapping', entries, flow: style.flow ?? entries.flat().every(isPlain) };
  }
  if (value instanceof Opaque && (value.pyType === 'datetime' || value.pyType === 'date')) {
    return { kind: 'scalar', text: pyStr(value), isText: false };
  }
  throw typeError(`cannot represent an object of type ${value instanceof Opaque ? value.pyType : 'vault'}`);
}

/** What a literal block can hold of a text: no control characters, tabs, or spaces at the ends of lines. */
function literalText(text: string): string {
  const expanded = text.trimEnd().replace(/^.*$/gm, expandTabs);
  return [...expanded]
    .filter((c) => isPrintable(c))
    .join('')
    .replace(/ +$/gm, '');
}

function expandTabs(line: string): string {
  return line.split('\t').reduce((out, part) => `${out.padEnd(out.length + 8 - (out.length % 8))}${part}`);
}

function isPlain(node: Node): boolean {
  return node.kind === 'scalar' && node.tag === undefined;
}

/** Writes nodes as libyaml's emitter does, byte for byte. */
class Emitter {
  private readonly writer: YamlWriter;
  private readonly step: number;
  private readonly literal: boolean;
  private flowLevel = 0;

  constructor(style: YamlStyle) {
    this.literal = style.literal ?? false;
    this.step = style.indent !== undefined && style.indent > 1 && style.indent < 10 ? style.indent : 2;
    const width = style.width ?? 80;
    this.writer = new YamlWriter(width > this.step * 2 ? width : 80);
  }

  document(node: Node, style: YamlStyle): string {
    if (style.explicitStart) this.writer.indicator('---', { space: true });
    if (style.explicitStart && node.kind !== 'scalar') this.writer.lineStart();
    this.node(node, { isRoot: true });
    this.writer.indent = 0;
    this.writer.lineStart();
    if (style.explicitEnd) {
      this.writer.indicator('...', { space: true });
      this.writer.lineStart();
    }
    return this.writer.text();
  }

  private node(node: Node, place: { isRoot?: boolean; inMapping?: boolean; isKey?: boolean }): void {
    if (node.kind === 'scalar')
      return this.indented(this.writer.indent + this.step, () => this.scalar(node, place.isKey));
    const isEmpty = (node.kind === 'sequence' ? node.items : node.entries).length === 0;
    if (this.flowLevel > 0 || node.flow || isEmpty) return this.flow(node);
    return node.kind === 'sequence' ? this.blockSequence(node.items, place) : this.blockMapping(node.entries, place);
  }

  private indented(columns: number, write: () => void): void {
    const before = this.writer.indent;
    this.writer.indent = columns;
    write();
    this.writer.indent = before;
  }

  private scalar(node: Extract<Node, { kind: 'scalar' }>, isKey = false): void {
    if (node.tag !== undefined) {
      this.writer.indicator(node.tag, { space: true });
      this.writer.literal(node.text.replace(/\n$/, ''), this.step, node.text.endsWith('\n') ? '' : '-');
      return;
    }
    const analysis = analyze(node.text);
    const fold = !isKey;
    const plainAllowed = this.flowLevel > 0 ? analysis.flowPlain : analysis.blockPlain;
    const resolvesToText = !node.isText || scalarType(node.text) === 'str';
    if (this.literal && !isKey && analysis.multiline && this.flowLevel === 0) {
      this.writer.literal(literalText(node.text), this.step);
    } else if (isKey && analysis.multiline) this.writer.doubleQuoted(node.text, fold);
    else if (plainAllowed && resolvesToText) this.writer.plain(node.text, fold);
    else if (analysis.singleQuoted) this.writer.singleQuoted(node.text, fold);
    else this.writer.doubleQuoted(node.text, fold);
  }

  private flow(node: Exclude<Node, { kind: 'scalar' }>): void {
    const [open, close] = node.kind === 'sequence' ? '[]' : '{}';
    this.writer.indicator(open, { space: true, whitespace: true });
    this.flowLevel++;
    this.indented(this.writer.indent + this.step, () => {
      const children = node.kind === 'sequence' ? node.items : node.entries;
      children.forEach((child, index) => {
        if (index > 0) this.writer.indicator(',', { space: false });
        if (this.writer.isBeyondWidth) this.writer.lineStart();
        if ('kind' in child) this.node(child, {});
        else this.entry(child[0], child[1], { space: true });
      });
    });
    this.flowLevel--;
    this.writer.indicator(close, { space: false });
  }

  private blockSequence(items: readonly Node[], place: { isRoot?: boolean; inMapping?: boolean }): void {
    const indentless = place.isRoot || (place.inMapping && !this.writer.isAtIndentation);
    this.indented(this.writer.indent + (indentless ? 0 : this.step), () => {
      for (const item of items) {
        this.writer.lineStart();
        this.writer.indicator('-', { space: true, keepsIndentation: true });
        this.node(item, {});
      }
    });
  }

  private blockMapping(entries: readonly (readonly [Node, Node])[], place: { isRoot?: boolean }): void {
    this.indented(this.writer.indent + (place.isRoot ? 0 : this.step), () => {
      for (const [key, value] of entries) {
        this.writer.lineStart();
        this.entry(key, value, { space: true, keepsIndentation: true });
      }
    });
  }

  private entry(key: Node, value: Node, mark: { space: boolean; keepsIndentation?: boolean }): void {
    if (this.isSimpleKey(key)) {
      this.node(key, { isKey: true });
      this.writer.indicator(':', { space: false });
    } else {
      this.writer.indicator('?', mark);
      this.node(key, { inMapping: true });
      if (this.flowLevel === 0) this.writer.lineStart();
      else if (this.writer.isBeyondWidth) this.writer.lineStart();
      this.writer.indicator(':', mark);
    }
    this.node(value, { inMapping: true });
  }

  private isSimpleKey(node: Node): boolean {
    if (node.kind === 'sequence') return node.items.length === 0;
    if (node.kind === 'mapping') return node.entries.length === 0;
    return !analyze(node.text).multiline && Buffer.byteLength(node.text) <= MAX_SIMPLE_KEY;
  }
}

/**
 * Writes a value as PyYAML's C dumper does with `allow_unicode`, the one Ansible uses.
 * Differs in one thing: a list or dict that appears twice is written twice, never as `&id001` and `*id001`.
 * @throws ToaError E_TEMPLATE_UNDEFINED, E_TEMPLATE_TYPE for objects that YAML has no form for
 */
export function dumpYaml(value: Value, style: YamlStyle = {}): string {
  return new Emitter(style).document(represent(value, style), style);
}

import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { type ErrorCode, ToaError } from '../../base/errors.ts';
import { formatSpan, type Position, type Span } from '../../base/span.ts';
import { maybeTemplate, templateText } from '../../base/template-text.ts';
import { TemplateText, VaultText, type Dict, type Value } from '../../base/value.ts';
import { keyAdvice } from './advice.ts';
import type { LineTable } from './lines.ts';
import { alignScalar, type ScalarStyle } from './locate.ts';
import { unquoteDouble } from './tolerant.ts';
import { resolvePlain, resolveTagged } from './scalars.ts';
import type { YamlEntry, YamlNode } from './node.ts';

/** What a document may grow to through aliases; real inventories stay far below. */
const MAX_EXPANDED = 5_000_000;
const CORE = 'tag:yaml.org,2002:';
const STYLES: Record<string, ScalarStyle> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

/** An end of line that a backslash takes away, with an empty line after it. */
const ESCAPED_END = /\\\r?\n[ \t]*\r?\n/;

interface Built {
  readonly node: YamlNode;
  /** Number of nodes with aliases expanded. */
  readonly weight: number;
}

/** Turns the nodes of the `yaml` package into ours: values as Ansible's constructors make them, with spans. */
export class Builder {
  readonly warnings: string[] = [];
  private readonly text: string;
  private readonly file: string;
  private readonly lines: LineTable;
  private readonly anchors = new Map<string, Built | 'open'>();

  constructor(text: string, file: string, lines: LineTable) {
    this.text = text;
    this.file = file;
    this.lines = lines;
  }

  build(node: Node | null, offset: number): YamlNode {
    return this.visit(node, offset, false).node;
  }

  private span(offset: number): Span {
    return { file: this.file, ...this.lines.position(offset) };
  }

  private fail(code: ErrorCode, message: string, offset: number, remedy: string): never {
    const span = this.span(offset);
    throw new ToaError(code, message, { span, sourceLine: this.lines.line(span.line), remedy });
  }

  private visit(node: Node | null, offset: number, unsafe: boolean): Built {
    const start = node?.range?.[0] ?? offset;
    if (!node) return { node: { kind: 'scalar', value: null, span: this.span(start) }, weight: 1 };
    if (isAlias(node)) return this.alias(node, start);
    const anchor = (node as Scalar | YAMLMap | YAMLSeq).anchor;
    if (anchor) this.anchors.set(anchor, 'open');
    const built = this.plain(node, start, unsafe);
    if (built.weight > MAX_EXPANDED) {
      this.fail('E_YAML_ALIASES', 'the aliases of this document expand to too much data', start, 'use fewer aliases');
    }
    if (anchor) this.anchors.set(anchor, built);
    return built;
  }

  private alias(node: Alias, start: number): Built {
    const target = this.anchors.get(node.source);
    if (target === undefined) {
      this.fail('E_YAML_SYNTAX', `found undefined alias '${node.source}'`, start, `define &${node.source} above`);
    }
    if (target === 'open') {
      this.fail('E_YAML_SYNTAX', `the value of &${node.source} holds itself`, start, 'remove the alias');
    }
    return { node: { ...target.node, span: this.span(start) }, weight: target.weight };
  }

  private plain(node: Node, start: number, unsafe: boolean): Built {
    const tag = this.tagOf(node, start);
    const below = unsafe || tag === '!unsafe';
    if (isMap(node)) return this.map(node, start, below);
    if (isSeq(node)) return this.seq(node, start, below);
    if (isScalar(node)) return { node: this.scalar(node as Scalar<string>, start, tag, below), weight: 1 };
    return this.fail('E_YAML_SYNTAX', 'cannot read this value', start, 'write it in a simpler form');
  }

  private tagOf(node: Node, start: number): string | undefined {
    const { tag } = node as Scalar;
    if (tag === undefined || tag === '!' || tag.startsWith(CORE)) return tag;
    if (tag === '!vault-encrypted') return '!vault';
    if (tag === '!vault' || tag === '!unsafe') return tag;
    const advice = "Ansible's tags are !vault and !unsafe; quote the text if the ! belongs to it";
    return this.fail('E_YAML_TAG', `could not determine a constructor for the tag '${tag}'`, start, advice);
  }

  private scalar(node: Scalar<string>, start: number, tag: string | undefined, unsafe: boolean): YamlNode {
    const span = this.span(start);
    const style = STYLES[node.type ?? 'PLAIN'];
    const source = this.textOf(node, style);
    const locate = this.locator(style, start, source);
    const text = (): TemplateText => templateText(source, span, locate);
    const out = (value: Value): YamlNode => ({ kind: 'scalar', value, span, style, text });
    if (tag === '!vault') return out(new VaultText(source, span));
    if (tag?.startsWith(CORE) && tag !== `${CORE}str`) return out(this.tagged(tag.slice(CORE.length), source, start));
    if (tag === undefined && node.type === 'PLAIN') {
      const value = resolvePlain(source);
      if (value !== undefined) return out(value);
    }
    return out(unsafe ? source : maybeTemplate(source, span, locate));
  }

  /** A block text that ends with the file has no newline there, when the file has none. */
  private textOf(node: Scalar<string>, style: ScalarStyle): string {
    const source = String(node.value ?? '');
    if (style === 'double') {
      const [start, end] = node.range ?? [0, 0];
      const raw = this.text.slice(start + 1, end - 1);
      return ESCAPED_END.test(raw) ? unquoteDouble(raw) : source;
    }
    const isLast = style === 'block' && (node.range?.[1] ?? 0) >= this.text.length && !/[\r\n][ \t]*$/.test(this.text);
    return isLast && source.endsWith('\n') ? source.slice(0, -1) : source;
  }

  private tagged(type: string, source: string, start: number): Value {
    const value = resolveTagged(type, source);
    if (value !== undefined) return value;
    return this.fail(
      'E_YAML_TAG',
      `cannot read '${source}' as !!${type}`,
      start,
      'remove the tag or correct the value',
    );
  }

  private locator(style: ScalarStyle, start: number, value: string): (offset: number) => Position {
    let table: Int32Array | undefined;
    return (offset) => {
      const content = style === 'block' ? this.text.indexOf('\n', start) + 1 : start + (style === 'plain' ? 0 : 1);
      table ??= alignScalar(this.text, content, style, value);
      return this.lines.position(table[Math.max(0, Math.min(offset, value.length))]);
    };
  }

  private seq(node: YAMLSeq, start: number, unsafe: boolean): Built {
    let weight = 1;
    const items = node.items.map((item) => {
      const built = this.visit(item as Node | null, start, unsafe);
      weight += built.weight;
      return built.node;
    });
    return { node: { kind: 'seq', value: items.map((item) => item.value), span: this.span(start), items }, weight };
  }

  private map(node: YAMLMap, start: number, unsafe: boolean): Built {
    const merged: YamlEntry[] = [];
    const own: YamlEntry[] = [];
    let weight = 1;
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      const keyStart = keyNode?.range?.[0] ?? start;
      if (isScalar(keyNode) && keyNode.type === 'PLAIN' && keyNode.value === '<<' && !keyNode.tag) {
        const source = this.visit(pair.value as Node | null, keyStart, unsafe);
        weight += source.weight;
        merged.push(...this.mergedEntries(source.node, keyStart));
        continue;
      }
      const key = this.key(keyNode, keyStart);
      const value = this.visit(pair.value as Node | null, keyNode?.range?.[1] ?? keyStart, unsafe);
      weight += value.weight;
      own.push({ key, keySpan: this.span(keyStart), node: value.node });
    }
    return { node: this.mapNode(merged, own, this.span(start)), weight };
  }

  /** Merged keys come first and own ones replace them in place; of twins the last counts (PyYAML). */
  private mapNode(merged: readonly YamlEntry[], own: readonly YamlEntry[], span: Span): YamlNode {
    const entries = new Map<Value, YamlEntry>();
    for (const entry of merged) entries.set(entry.key, entry);
    const seen = new Set<Value>();
    for (const entry of own) {
      if (seen.has(entry.key)) this.duplicate(entry, span);
      seen.add(entry.key);
      entries.set(entry.key, entry);
    }
    const value: Dict = new Map();
    for (const [key, entry] of entries) value.set(key, entry.node.value);
    return { kind: 'map', value, span, entries: [...entries.values()] };
  }

  private duplicate(entry: YamlEntry, span: Span): void {
    this.warnings.push(
      `While constructing a mapping from ${span.file}, line ${span.line}, column ${span.column}, found a duplicate ` +
        `dict key (${String(entry.key)}) at ${formatSpan(entry.keySpan)}. Using last defined value only.`,
    );
  }

  private mergedEntries(source: YamlNode, offset: number): readonly YamlEntry[] {
    if (source.kind === 'map') return source.entries;
    if (source.kind === 'seq' && source.items.every((item) => item.kind === 'map')) {
      // The first dict of a merge list wins.
      return source.items.toReversed().flatMap((item) => (item.kind === 'map' ? item.entries : []));
    }
    return this.fail(
      'E_YAML_SYNTAX',
      'expected a dict or a list of dicts to merge',
      offset,
      'merge an alias: <<: *name',
    );
  }

  private key(node: Node | null, start: number): Value {
    const built = this.visit(node, start, true).node;
    if (built.kind === 'scalar' && !(built.value instanceof VaultText)) return built.value;
    const line = this.lines.line(this.lines.position(start).line);
    return this.fail('E_YAML_SYNTAX', 'found unacceptable key: a dict or list cannot be a key', start, keyAdvice(line));
  }
}

import type { Span } from '../../base/span.ts';
import type { Dict, TemplateText, Value } from '../../base/value.ts';
import type { ScalarStyle } from './locate.ts';

/** A key of a mapping with its value. */
export interface YamlEntry {
  /** A final scalar; keys are never templated. */
  readonly key: Value;
  readonly keySpan: Span;
  readonly node: YamlNode;
}

/** A value with its place in the file. `value` is complete (deep), in the value model of src/base/value.ts. */
export type YamlNode =
  | {
      readonly kind: 'scalar';
      readonly value: Value;
      readonly span: Span;
      readonly style?: ScalarStyle;
      /** Text as written with its places, with or without Jinja2 in it; for conditions and `k=v` text. */
      readonly text?: () => TemplateText;
    }
  | { readonly kind: 'seq'; readonly value: Value[]; readonly span: Span; readonly items: readonly YamlNode[] }
  | { readonly kind: 'map'; readonly value: Dict; readonly span: Span; readonly entries: readonly YamlEntry[] };

/** The node below a text key of a mapping, or undefined. */
export function entryOf(node: YamlNode, key: string): YamlEntry | undefined {
  return node.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

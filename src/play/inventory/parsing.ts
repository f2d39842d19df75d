import type { Span } from '../../base/span.ts';
import { maybeTemplate } from '../../base/template-text.ts';
import { isMapping, Tuple, type Dict, type Value } from '../../base/value.ts';
import type { VaultReader } from '../contract.ts';
import type { Sources } from '../sources.ts';
import type { InventoryData } from './data.ts';

/** What reading inventory sources needs. */
export interface InventoryContext {
  readonly sources: Sources;
  readonly vault: VaultReader;
  /** Absolute; what relative sources are relative to. */
  readonly cwd: string;
  /** `hash_behaviour = merge`. */
  readonly mergeHashes?: boolean;
  /** The sources come from the command line: one that gives nothing stops the run. */
  readonly isNamed?: boolean;
  /** `any_unparsed_is_failed`: a source that cannot be read stops the run. */
  readonly anyUnparsedIsFailed?: boolean;
  /** `unparsed_is_failed`: stop when no source at all could be read. */
  readonly unparsedIsFailed?: boolean;
  /** Files of an inventory folder that are none of its sources: endings, and regular expressions of Python. */
  readonly ignoredEndings?: readonly string[];
  readonly ignoredPatterns?: readonly string[];
}

/** Changes that a source asks for. They are made only when the whole source could be read. */
export type Change = (data: InventoryData) => void;

/** A format of inventory: gives the changes, or throws ToaError when the text is not of this format. */
export interface Format {
  readonly name: string;
  parse(path: string, text: string, data: InventoryData, context: InventoryContext): Change[];
}

/** Makes TemplateText of every text inside a value that may hold Jinja2. */
export function withTemplates(value: Value, span: Span): Value {
  if (typeof value === 'string') {
    return maybeTemplate(value, span, (offset) => ({ line: span.line, column: span.column + offset }));
  }
  if (value instanceof Tuple) return Tuple.from(value, (item) => withTemplates(item, span));
  if (Array.isArray(value)) return value.map((item) => withTemplates(item, span));
  if (!isMapping(value)) return value;
  const out: Dict = new Map();
  for (const key of value.keys()) out.set(key, withTemplates(value.get(key) as Value, span));
  return out;
}

import { didYouMean, ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { TemplateText } from '../../base/value.ts';
import { conditionOf, programOf, spanAt } from '../../template/evaluate/program.ts';
import { parseExpression } from '../../template/syntax/parser.ts';
import { registeredFilters, registeredLookups, registeredTests } from '../../template/registry.ts';
import { DEFAULT_SYNTAX } from '../../template/syntax/syntax.ts';
import type { YamlNode } from '../../play/yaml/index.ts';

/** A name of a filter, test or lookup in a template, with its offset. */
interface Use {
  readonly what: 'filter' | 'test' | 'lookup';
  readonly name: string;
  readonly at: number;
}

interface AnyNode {
  readonly kind?: string;
  readonly name?: unknown;
  readonly at?: number;
  readonly args?: { readonly positional?: readonly AnyNode[] };
  readonly callee?: AnyNode;
  readonly value?: unknown;
}

const KNOWN = { filter: registeredFilters, test: registeredTests, lookup: registeredLookups };
/** Filters that take the name of another filter or test, and at which argument. */
const BY_NAME: Readonly<Record<string, readonly ['filter' | 'test', number]>> = {
  map: ['filter', 0],
  select: ['test', 0],
  reject: ['test', 0],
  selectattr: ['test', 1],
  rejectattr: ['test', 1],
};
const CONDITIONS = new Set(['when', 'until', 'changed_when', 'failed_when', 'that']);

function textArgument(node: AnyNode, index: number): string | undefined {
  const argument = node.args?.positional?.[index];
  return argument?.kind === 'constant' && typeof argument.value === 'string' ? argument.value : undefined;
}

function* usesAt(node: AnyNode): Generator<Use> {
  const { kind, name, at = 0 } = node;
  const isStep = kind === undefined && typeof name === 'string' && node.args !== undefined;
  if ((kind === 'filter' || isStep) && typeof name === 'string') {
    yield { what: 'filter', name, at };
    const [what, index] = BY_NAME[name] ?? [];
    const inner = what && index !== undefined ? textArgument(node, index) : undefined;
    if (what && inner !== undefined) yield { what, name: inner, at };
  }
  if (kind === 'test' && typeof name === 'string') yield { what: 'test', name, at };
  if (kind !== 'call' || !['lookup', 'query', 'q'].includes(String(node.callee?.name))) return;
  const lookup = textArgument(node, 0);
  if (lookup !== undefined) yield { what: 'lookup', name: lookup, at };
}

function* uses(tree: unknown): Generator<Use> {
  if (tree === null || typeof tree !== 'object') return;
  if (Array.isArray(tree)) {
    for (const item of tree) yield* uses(item);
    return;
  }
  yield* usesAt(tree as AnyNode);
  for (const child of Object.values(tree)) yield* uses(child);
}

function isKnown({ what, name }: Use): boolean {
  const known: ReadonlyMap<string, unknown> = KNOWN[what];
  return known.has(name) || known.has(name.slice(name.lastIndexOf('.') + 1));
}

function unknown(use: Use, span: Span): ToaError {
  const near = didYouMean(use.name, KNOWN[use.what].keys());
  const code = use.what === 'lookup' ? 'E_TEMPLATE_LOOKUP' : 'E_TEMPLATE_FILTER';
  return new ToaError(code, `there is no ${use.what} named '${use.name}'.${near}`, {
    span,
    remedy: `docs/compatibility.md lists the ${use.what}s that there are`,
  });
}

function check(text: TemplateText, parse: () => unknown): ToaError[] {
  try {
    return [...uses(parse())].filter((use) => !isKnown(use)).map((use) => unknown(use, spanAt(text, use.at)));
  } catch (error) {
    if (error instanceof ToaError) return [error];
    throw error;
  }
}

/** What a template uses that we do not have, or why it cannot be read. */
export function checkTemplate(text: TemplateText, isFile = false): ToaError[] {
  return check(
    text,
    () => programOf(text, isFile ? { ...DEFAULT_SYNTAX, literalBackslashes: false } : DEFAULT_SYNTAX).statements,
  );
}

function checkCondition(text: TemplateText): ToaError[] {
  if (text.source.includes('{{') || text.source.includes('{%')) return checkTemplate(text);
  return check(text, () => {
    conditionOf(text, DEFAULT_SYNTAX);
    return parseExpression(text.source, DEFAULT_SYNTAX);
  });
}

/** What the templates and conditions of a YAML file use that we do not have. */
export function checkYaml(node: YamlNode, isCondition = false): ToaError[] {
  if (node.kind === 'map') {
    return node.entries.flatMap((entry) => checkYaml(entry.node, CONDITIONS.has(String(entry.key))));
  }
  if (node.kind === 'seq') return node.items.flatMap((item) => checkYaml(item, isCondition));
  const text = node.text?.();
  if (isCondition && text && typeof node.value !== 'boolean' && node.value !== null) return checkCondition(text);
  return node.value instanceof TemplateText ? checkTemplate(node.value) : [];
}

import type { TemplateText } from '../base/value.ts';
import type { Expression } from './syntax/ast.ts';
import { dictMethods } from './python/methods/dict.ts';
import { parseExpression, parseTemplate } from './syntax/parser.ts';
import { SyntaxFault } from './syntax/syntax-fault.ts';
import { DEFAULT_SYNTAX, mayHoldTemplate } from './syntax/syntax.ts';

/** A part of a variable that a text reads: `st.stat.exists` is the path `stat`, `exists` of `st`. */
export interface Read {
  readonly name: string;
  readonly path: readonly string[];
  /** How many levels below the path are looked at: `is defined` looks at none. */
  readonly levels: number;
}

/** Names that lead to every variable. */
export const ALL_VARIABLES: readonly string[] = ['vars', 'hostvars', 'ansible_delegated_vars'];
/** Functions of templates that may read more than they are given. */
export const LOOKUP_FUNCTIONS: readonly string[] = ['lookup', 'query', 'q'];
/** Words of statements that run other files with these variables. */
export const OTHER_FILES: readonly string[] = ['include', 'import', 'extends'];

/** Names that lead to every variable, or to text of tasks that ran before. */
const ALL = new Set([...ALL_VARIABLES, 'ansible_failed_task']);
const LOOKUPS = new Set(LOOKUP_FUNCTIONS);
const FILES = new Set([...OTHER_FILES, 'from-import']);
/** Without one of these words a text reads only what it names. */
const WORDS = new RegExp(`\\b(?:${[...ALL, ...LOOKUPS, ...OTHER_FILES].join('|')})\\b`);

/** Whether a text reads no variable but those whose names stand in it. */
export function readsByName(source: string): boolean {
  return !WORDS.test(source);
}

/** Lookups that make a list of their terms and read nothing else. */
const LISTS = 'items list dict flattened indexed_items together nested'.split(' ');
/** Lookups that read nothing but their terms, files and the controller. */
const PLAIN_LOOKUPS = new Set([
  ...LISTS,
  ...'subelements sequence random_choice env file fileglob first_found lines password pipe url'.split(' '),
]);

/** Tests that do not look into all of their value: those of results read a flag of it. */
const SHALLOW: ReadonlyMap<string, number> = new Map([
  ...['defined', 'undefined'].map((name) => [name, 0] as const),
  ...'failed failure succeeded success successful changed change skipped skip unreachable reachable started finished'
    .split(' ')
    .map((name) => [name, 1] as const),
]);

/** Whether a `with_` loops over what stands there, and asks neither files nor programs. */
export function isListLookup(name: string): boolean {
  return LISTS.includes(name);
}

/** Whether a lookup reads no variable beside those in its terms. */
export function isPlainLookup(name: unknown): boolean {
  return typeof name === 'string' && PLAIN_LOOKUPS.has(name.replace(/^ansible\.builtin\./, ''));
}

/** Whether somebody who reads `read` sees the value at `path` of the same variable, or a part of it. */
export function covers(read: Read, path: readonly string[]): boolean {
  const isSameWay = read.path.slice(0, path.length).every((key, index) => key === path[index]);
  return isSameWay && path.length - read.path.length <= read.levels;
}

/**
 * What a text of a playbook (a template, or the expression of a condition) reads of one variable. Names of its own, as
 * those of `for`, are taken for variables.
 * @returns undefined when it may read anything, or cannot be parsed
 */
export function readsOf(text: TemplateText, name: string): readonly Read[] | undefined {
  const { source } = text;
  if (!source.includes(name) && readsByName(source)) return [];
  return allReadsOf(source, mayHoldTemplate(source, DEFAULT_SYNTAX))?.filter((read) => read.name === name);
}

/**
 * What the text of a template, or of an expression, reads of all variables.
 * @returns undefined when it may read anything, or cannot be parsed
 */
export function allReadsOf(source: string, isTemplate: boolean): readonly Read[] | undefined {
  const reader = new Reader();
  try {
    reader.read(isTemplate ? parseTemplate(source, DEFAULT_SYNTAX) : parseExpression(source, DEFAULT_SYNTAX));
  } catch (error) {
    if (error instanceof SyntaxFault || error instanceof RangeError) return undefined;
    throw error;
  }
  return reader.isOpen ? undefined : reader.found;
}

type AnyNode = { readonly kind?: string };

class Reader {
  readonly found: Read[] = [];
  isOpen = false;

  /** @param levels how far the value of an expression is looked into */
  read(tree: unknown, levels = Infinity): void {
    if (typeof tree !== 'object' || tree === null) return;
    const { kind } = tree as AnyNode;
    if (kind !== undefined && FILES.has(kind)) this.isOpen = true;
    const node = tree as Expression;
    if (node.kind === 'name' || node.kind === 'attribute' || node.kind === 'item') this.chain(node, levels);
    else if (node.kind === 'test') {
      this.read(node.of, SHALLOW.get(node.name));
      this.read(node.args);
    } else if (node.kind === 'call' && isKnownLookup(node)) this.read(node.args);
    else for (const child of Object.values(tree)) this.read(child);
  }

  /** `name.key['key']...`; a key that is not written there, or a method, stands for the whole value before it. */
  private chain(end: Expression, levels: number): void {
    const keys: (string | undefined)[] = [];
    let at = end;
    for (; at.kind === 'attribute' || at.kind === 'item'; at = at.of) {
      if (at.kind === 'item') this.read(at.key);
      keys.unshift(keyOf(at));
    }
    if (at.kind !== 'name') return this.read(at);
    if (ALL.has(at.name) || LOOKUPS.has(at.name)) this.isOpen = true;
    const known = keys.findIndex((key) => key === undefined || dictMethods.has(key));
    const [path, below] = known < 0 ? [keys, levels] : [keys.slice(0, known), Infinity];
    this.found.push({ name: at.name, path: path as string[], levels: below });
  }
}

function keyOf(node: Expression): string | undefined {
  if (node.kind === 'attribute') return node.name;
  const key = node.kind === 'item' && node.key.kind === 'constant' ? node.key.value : undefined;
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
}

/** `lookup('env', ...)` and kin, by a name that is written there. */
function isKnownLookup({ callee, args }: Extract<Expression, { kind: 'call' }>): boolean {
  if (callee.kind !== 'name' || !LOOKUPS.has(callee.name)) return false;
  const [first] = args.positional;
  return first?.kind === 'constant' && isPlainLookup(first.value);
}

import type { TemplateText, Value, VaultText } from '../base/value.ts';

/** Where names in a template are looked up. Values may be raw: they may be or hold TemplateText and VaultText. */
export interface Scope {
  /** The raw value of a variable, or undefined when there is none. */
  lookup(name: string): Value | undefined;
  /**
   * Whether the value of a variable stands in the user's own files as it is. Text of any other (results, facts, what a
   * template made of them) may be a host's words, and is never evaluated. Where it is missing, nothing is written.
   */
  isWritten?(name: string): boolean;
  /** All names, for `vars`, `varnames` and "did you mean". */
  names(): Iterable<string>;
}

/** What filters, tests and lookups may ask of the render that calls them. */
export interface CallContext {
  readonly scope: Scope;
  readonly env: TemplatePorts;
  /** Resolves a raw value (renders every TemplateText inside it) in the present scope. */
  resolve(value: Value): Value;
  /** Applies a filter or test by name: for `map`, `select`, `selectattr`... */
  filter(name: string, value: Value, args: Value[], kwargs: Map<string, Value>): Value;
  test(name: string, value: Value, args: Value[], kwargs: Map<string, Value>): boolean;
  /** Calls a macro, a method or another callable value. */
  call(callee: Value, args: Value[], kwargs: Map<string, Value>): Value;
  /** Renders another text in the present scope with `variables` on top: for `lookup('template')`. */
  render?(text: TemplateText, options: RenderOptions, variables: ReadonlyMap<string, Value>): Value;
}

/** A filter: `{{ value | name(args..., key=value...) }}`. Arguments are resolved; any may be Undefined. */
export type Filter = (context: CallContext, value: Value, args: Value[], kwargs: Map<string, Value>) => Value;
export type Test = (context: CallContext, value: Value, args: Value[], kwargs: Map<string, Value>) => boolean;
/** A lookup plugin; gives the list that `query()` gives. */
export type Lookup = (context: CallContext, terms: Value[], kwargs: Map<string, Value>) => Value[];

/** Everything outside that templates may touch; given by the caller, so that src/template stays pure. */
export interface TemplatePorts {
  readonly decrypt: (text: VaultText) => string;
  /** A controller-side file for `lookup('file')`, `is file`...; undefined when it does not exist. */
  readonly readFile: (path: string) => Uint8Array | undefined;
  readonly stat: (path: string, followLinks: boolean) => FileKind | undefined;
  readonly listFolder: (path: string) => string[] | undefined;
  readonly realpath: (path: string) => string;
  /** Finds a relative path the way Ansible does for `kind` files, templates, vars, tasks (role, play, task folders). */
  readonly find: (kind: string, name: string, scope: Scope) => string | undefined;
  /** Runs a shell command on the controller for `lookup('pipe')`, `lines`; may throw Suspend. */
  readonly run: (command: string) => { rc: number; stdout: string; stderr: string };
  readonly fetch: (url: string, options: ReadonlyMap<string, Value>) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** 0 <= x < 1 */
  readonly random: () => number;
  readonly warn: (message: string) => void;
  /** Stores what `lookup('password')` makes. */
  readonly writeFile: (path: string, text: string, mode: number) => void;
  /** A configuration setting for `lookup('config', name)`. */
  readonly config: (name: string) => Value | undefined;
}

export type FileKind = {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly dev: number;
  readonly ino: number;
  readonly isMount: boolean;
};

/**
 * Thrown by a port whose answer takes time. The caller of a render awaits `ready` and renders again; the port then
 * answers from its cache (docs/architecture.md, render).
 */
export class Suspend {
  readonly ready: Promise<unknown>;
  /** What was asked; the repeated render gets the answer under this name (`answerTo`). */
  readonly key: string | undefined;
  constructor(ready: Promise<unknown>, key?: string) {
    this.ready = ready;
    this.key = key;
  }
}

export interface RenderOptions {
  /** Convert the result as ansible-core 2.14 does (`[..]`, `{..}`, `True` become data). Default true. */
  readonly convert?: boolean;
  /** When a variable is missing: throw (default), or keep the text as it is (`debug`'s and names' leniency). */
  readonly onUndefined?: 'throw' | 'keep';
  /**
   * Backslashes in strings inside `{{ }}` stand for themselves, as Ansible has it in playbooks. Default true; the
   * `template` verb and lookup give false.
   */
  readonly escapeBackslashes?: boolean;
  /** Delimiters and whitespace control of the `template` verb; Jinja2's names. */
  readonly trimBlocks?: boolean;
  readonly lstripBlocks?: boolean;
  readonly keepTrailingNewline?: boolean;
  readonly newlineSequence?: string;
  readonly variableStart?: string;
  readonly variableEnd?: string;
  readonly blockStart?: string;
  readonly blockEnd?: string;
  readonly commentStart?: string;
  readonly commentEnd?: string;
}

/**
 * The template engine as the rest of the program sees it; made by `createTemplar(ports, options)` in
 * src/template/templar.ts. Every error is a ToaError with code E_TEMPLATE_* and a span inside the YAML scalar.
 */
export interface Templar {
  /** Renders one text. */
  render(text: TemplateText, scope: Scope, options?: RenderOptions): Value;
  /** Deep: renders every TemplateText and decrypts every VaultText inside `value`; shares what needs no change. */
  resolve(value: Value, scope: Scope, options?: RenderOptions): Value;
  /** Evaluates a bare expression (`when`, `until`, `that`, `var`) to its value, without conversion to text. */
  evaluate(expression: TemplateText, scope: Scope): Value;
  /** Evaluates a condition to a boolean with Ansible 2.14's rules for strings in conditions. */
  test(condition: TemplateText | boolean, scope: Scope): boolean;
  /**
   * Renders a text whose result is an expression, or a list of them (`var` of debug, `that` of assert): texts in it can
   * be evaluated then.
   * @throws ToaError E_TEMPLATE_UNSAFE where a text in it may be a host's words
   */
  expressions(text: TemplateText, scope: Scope): Value;
  /** Runs a lookup by name, for `with_<name>` loops. */
  lookup(name: string, terms: Value[], kwargs: Map<string, Value>, scope: Scope): Value[];
  hasFilter(name: string): boolean;
  hasLookup(name: string): boolean;
}

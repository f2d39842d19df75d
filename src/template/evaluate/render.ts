import { posix } from 'node:path';
import { ToaError, didYouMean } from '../../base/errors.ts';
import { type TemplateText, Undefined, type Value, VaultText } from '../../base/value.ts';
import type { CallContext, RenderOptions, Scope, TemplatePorts } from '../contract.ts';
import { evalConcat, finalizeValue, joinText, nativeConcat, streamed } from '../python/convert.ts';
import { limitError, raiseUndefined, typeError } from '../errors.ts';
import { DEFAULT_SYNTAX, mayHoldTemplate, syntaxOf, type Syntax } from '../syntax/syntax.ts';
import { pyType } from '../python/types.ts';
import { isCallable } from './callable.ts';
import { findPlugin, type Engine } from './engine.ts';
import { Frame, NativeText, newRun, type Output } from './frame.ts';
import { runProgram } from './inherit.ts';
import { conditionOf, programOf, spanAt, type Program } from './program.ts';
import { ResolvedVariables } from './variables.ts';

/** Nested macro calls, includes and variables; about what Python's own stack allows. */
const MAX_DEPTH = 200;

type Concat = (nodes: Output) => Value;

/**
 * One render from its outermost text on, with the variables that it resolved. `at` is the offset being computed in
 * the text that runs now: whoever catches an error turns it into a span.
 */
export class Render {
  readonly engine: Engine;
  readonly scope: Scope;
  at = 0;
  /**
   * Whether something was read since the text began that is not the user's own writing: a result, a fact, a lookup. What
   * is printed after it is taken to be a host's words.
   */
  hasHeard = false;
  /** Whether text that may be a host's words was printed. */
  isTold = false;
  /** False while text that a template made is evaluated as a condition. */
  lookupsAllowed = true;
  private readonly variables = new ResolvedVariables(this);
  private depth = 0;
  private concatenate: Concat;
  private context: CallContext | undefined;

  constructor(engine: Engine, scope: Scope) {
    this.engine = engine;
    this.scope = scope;
    this.concatenate = engine.native ? nativeConcat : evalConcat;
  }

  // --- Running texts

  /** Renders a text to the nodes' value. @throws ToaError E_TEMPLATE_* with a span inside the text */
  text(text: TemplateText, syntax: Syntax, convert: boolean): Value | NativeText {
    const program = programOf(text, syntax);
    if (program.mutates) this.variables.copy();
    const outer = this.concatenate;
    this.concatenate = this.engine.native ? nativeConcat : convert ? evalConcat : joinText;
    try {
      return this.nested(text, () => this.execute(program));
    } finally {
      this.concatenate = outer;
    }
  }

  private execute(program: Program): Value | NativeText {
    const frame = new Frame(this, newRun(program));
    const out: Output = program.mutates ? streamed(this.concatenate === joinText) : [];
    runProgram(frame, out);
    if (out.length === 1 && out[0] instanceof NativeText) return out[0];
    return this.concatenate(out);
  }

  /** Evaluates a bare expression. @throws ToaError E_TEMPLATE_* */
  expression<T>(text: TemplateText, use: (value: Value) => T): T {
    const condition = conditionOf(text, DEFAULT_SYNTAX);
    if (condition.mutates) this.variables.copy();
    return this.nested(text, () => {
      const frame = new Frame(this, newRun({ text, syntax: DEFAULT_SYNTAX } as Program));
      return use(condition.evaluate(frame));
    });
  }

  /** Runs a part that has its own text: errors in it point there. */
  nested<T>(text: TemplateText, run: () => T): T {
    const { at } = this;
    this.depth++;
    try {
      if (this.depth > MAX_DEPTH) throw limitError('maximum recursion depth exceeded in a template');
      return run();
    } catch (error) {
      throw this.locate(error, text);
    } finally {
      this.depth--;
      this.at = at;
    }
  }

  private locate(error: unknown, text: TemplateText): unknown {
    let fault = error;
    if (error instanceof RangeError && error.message.includes('call stack')) {
      fault = limitError('maximum recursion depth exceeded in a template');
    }
    if (!(fault instanceof ToaError) || fault.details.span !== undefined) return fault;
    const details = { ...fault.details, span: spanAt(text, this.at) };
    return new ToaError(fault.code, fault.message, details);
  }

  concat(out: Output): Value {
    const { concatenate } = this;
    return concatenate(out);
  }

  finalize(value: Value): Value {
    this.notePrinted(value);
    return finalizeValue(value, this.engine.native);
  }

  /** Numbers and booleans have no words. */
  notePrinted(value: Value): void {
    if (this.hasHeard && value !== null && (typeof value === 'string' || typeof value === 'object'))
      this.isTold ||= !isFloatBox(value);
  }

  /** A file for include, import and extends. */
  load(name: string, syntax: Syntax): Program | undefined {
    const path = this.beside(name) ?? this.engine.ports.find('templates', name, this.scope);
    const program = path === undefined ? undefined : this.engine.compileFile(path, syntax);
    if (program?.mutates) this.variables.copy();
    return program;
  }

  /** A file beside the template file that is rendered, which comes before all other folders. */
  private beside(name: string): string | undefined {
    const outer = this.scope.lookup('template_fullpath');
    if (typeof outer !== 'string' || posix.isAbsolute(name)) return undefined;
    const path = posix.join(posix.dirname(outer), name);
    return this.engine.ports.stat(path, true)?.type === 'file' ? path : undefined;
  }

  // --- Variables

  /** The resolved value of a variable or global. */
  variable(name: string): Value | undefined {
    return this.variables.get(name);
  }

  /** The vault text of a variable that is one and that the template has not set itself. */
  vaultedVariable(name: string, frame: Frame): VaultText | undefined {
    for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) if (at.names.has(name)) return undefined;
    const raw = this.scope.lookup(name);
    return raw instanceof VaultText ? raw : undefined;
  }

  isNativeVariable(name: string, value: Value): boolean {
    return this.variables.isNative(name, value);
  }

  /**
   * The value of one text; `{{ name }}` of a number, boolean or null gives that itself, as Ansible does (text made of
   * a number by a template stays text).
   */
  rendered(text: TemplateText, syntax: Syntax, convert: boolean): Value | NativeText {
    if (convert && !mayHoldTemplate(text.source, syntax)) return text.source;
    const only = convert ? SINGLE_NAME.exec(text.source)?.[1] : undefined;
    if (only !== undefined) {
      const raw = this.scope.lookup(only);
      if (raw === null || (raw !== undefined && isPlainScalar(raw))) return raw;
    }
    const value = this.text(text, syntax, convert);
    if (value instanceof NativeText) {
      const kept = keepNewlines(text.source, value.text, syntax);
      return kept === value.text ? value : kept;
    }
    return typeof value === 'string' ? keepNewlines(text.source, value, syntax) : value;
  }

  /** Renders every text inside the value. */
  resolveRaw(value: Value): Value {
    return this.variables.resolve(value);
  }

  // --- Calls

  get callContext(): CallContext {
    this.context ??= new RenderContext(this);
    return this.context;
  }

  call(callee: Value, args: Value[], kwargs: Map<string, Value>): Value {
    if (callee instanceof Undefined) raiseUndefined(callee);
    if (!isCallable(callee)) throw typeError(`'${pyType(callee)}' object is not callable`);
    return callee.invoke(args, kwargs, this.callContext);
  }

  filter(name: string, value: Value, args: Value[], kwargs: Map<string, Value>): Value {
    const filter = findPlugin(this.engine.filters, name);
    if (filter === undefined) throw unknownPlugin('filter', name, this.engine.filters);
    return filter(this.callContext, value, args, kwargs);
  }

  test(name: string, value: Value, args: Value[], kwargs: Map<string, Value>): boolean {
    const test = findPlugin(this.engine.tests, name);
    if (test === undefined) throw unknownPlugin('test', name, this.engine.tests);
    return test(this.callContext, value, args, kwargs);
  }
}

/** `{{ name }}` and nothing else. */
const SINGLE_NAME = /^\{\{\s*([\p{L}\p{N}_]*)\s*\}\}\n?$/u;

function isPlainScalar(value: Value): boolean {
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint' || isFloatBox(value);
}

function isFloatBox(value: Value): boolean {
  return pyType(value) === 'float';
}

function trailingNewlines(text: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === '\n') count++;
  return count;
}

/** Ansible gives back the newlines at the end that Jinja2 takes away. */
function keepNewlines(source: string, result: string, syntax: Syntax): string {
  const lost = trailingNewlines(source) - trailingNewlines(result);
  return lost > 0 ? result + syntax.newlineSequence.repeat(lost) : result;
}

function unknownPlugin(kind: string, name: string, known: ReadonlyMap<string, unknown>): ToaError {
  const near = didYouMean(name, known.keys());
  return new ToaError('E_TEMPLATE_FILTER', `no ${kind} named '${name}'${near === '' ? '' : `.${near}`}`, {
    remedy: `docs/compatibility.md lists the ${kind}s that there are`,
  });
}

/** The CallContext of a render. */
export class RenderContext implements CallContext {
  readonly owner: Render;
  readonly scope: Scope;
  readonly env: TemplatePorts;

  constructor(owner: Render) {
    this.owner = owner;
    this.scope = owner.scope;
    this.env = owner.engine.ports;
  }

  resolve(value: Value): Value {
    return this.owner.resolveRaw(value);
  }

  filter(name: string, value: Value, args: Value[], kwargs: Map<string, Value>): Value {
    return this.owner.filter(name, value, args, kwargs);
  }

  test(name: string, value: Value, args: Value[], kwargs: Map<string, Value>): boolean {
    return this.owner.test(name, value, args, kwargs);
  }

  call(callee: Value, args: Value[], kwargs: Map<string, Value>): Value {
    return this.owner.call(callee, args, kwargs);
  }

  /** Renders another text, such as a file, with `variables` in front of the scope's. */
  render(text: TemplateText, options: RenderOptions, variables: ReadonlyMap<string, Value>): Value {
    const { owner, scope } = this;
    const inner: Scope = {
      lookup: (name) => variables.get(name) ?? scope.lookup(name),
      names: () => new Set([...variables.keys(), ...scope.names()]),
    };
    const value = new Render(owner.engine, inner).rendered(text, syntaxOf(options), options.convert ?? true);
    return value instanceof NativeText ? value.text : value;
  }
}

import { ToaError, didYouMean } from '../base/errors.ts';
import { TemplateText, Undefined, type Value } from '../base/value.ts';
import { testCondition } from './conditional.ts';
import type { CallContext, Filter, Lookup, RenderOptions, Scope, TemplatePorts, Templar, Test } from './contract.ts';
import { raiseUndefined } from './errors.ts';
import { findPlugin, type Engine } from './evaluate/engine.ts';
import { NativeText } from './evaluate/frame.ts';
import { programOf, type Program } from './evaluate/program.ts';
import { ownExpressions } from './own-expressions.ts';
import { mapTexts, needsResolving } from './evaluate/raw.ts';
import { Render } from './evaluate/render.ts';
import { makeGlobals } from './globals/globals.ts';
import { registeredFilters, registeredLookups, registeredTests } from './registry.ts';
import { fileText } from './source-file.ts';
import { syntaxOf, type Syntax } from './syntax/syntax.ts';

export interface TemplarOptions {
  /** `jinja2_native`: results keep their types. Default false. */
  readonly native?: boolean;
  /** Added to the filters, tests and lookups that there are; of one name, these win. */
  readonly filters?: ReadonlyMap<string, Filter>;
  readonly tests?: ReadonlyMap<string, Test>;
  readonly lookups?: ReadonlyMap<string, Lookup>;
}

/** Reads and compiles files for include, import and extends, once while they do not change. */
function fileCompiler(ports: TemplatePorts): Engine['compileFile'] {
  const known = new Map<string, { bytes: Uint8Array; text: TemplateText }>();
  return (path: string, syntax: Syntax): Program | undefined => {
    const bytes = ports.readFile(path);
    if (bytes === undefined) return undefined;
    const found = known.get(path);
    // An included file loses its last newline, whatever the including one keeps.
    const own = { ...syntax, literalBackslashes: false, keepTrailingNewline: false };
    if (found !== undefined && (found.bytes === bytes || Buffer.compare(found.bytes, bytes) === 0)) {
      return programOf(found.text, own);
    }
    const text = fileText(path, new TextDecoder().decode(bytes));
    known.set(path, { bytes, text });
    return programOf(text, own);
  };
}

function merge<T>(base: ReadonlyMap<string, T>, added: ReadonlyMap<string, T> | undefined): ReadonlyMap<string, T> {
  return added === undefined ? base : new Map([...base, ...added]);
}

class EngineTemplar implements Templar {
  private readonly engine: Engine;

  constructor(ports: TemplatePorts, options: TemplarOptions) {
    this.engine = {
      ports,
      filters: merge(registeredFilters, options.filters),
      tests: merge(registeredTests, options.tests),
      lookups: merge(registeredLookups, options.lookups),
      globals: makeGlobals((context, name, terms, kwargs) => this.runLookup(context, name, terms, kwargs)),
      native: options.native ?? false,
      compileFile: fileCompiler(ports),
    };
  }

  render(text: TemplateText, scope: Scope, options: RenderOptions = {}): Value {
    return this.leniently(text, options, () => this.renderIn(new Render(this.engine, scope), text, options));
  }

  private renderIn(render: Render, text: TemplateText, options: RenderOptions): Value {
    const value = render.rendered(text, syntaxOf(options), options.convert ?? true);
    if (value instanceof Undefined) raiseUndefined(value);
    return value instanceof NativeText ? value.text : value;
  }

  private leniently(text: TemplateText, options: RenderOptions, run: () => Value): Value {
    try {
      return run();
    } catch (error) {
      const isUndefined = error instanceof ToaError && error.code === 'E_TEMPLATE_UNDEFINED';
      if (isUndefined && options.onUndefined === 'keep') return text.source;
      throw error;
    }
  }

  resolve(value: Value, scope: Scope, options: RenderOptions = {}): Value {
    if (!needsResolving(value)) return value;
    const render = new Render(this.engine, scope);
    return mapTexts(value, (text) => {
      if (!(text instanceof TemplateText)) return this.engine.ports.decrypt(text);
      return this.leniently(text, options, () => this.renderIn(render, text, options));
    });
  }

  evaluate(expression: TemplateText, scope: Scope): Value {
    return new Render(this.engine, scope).expression(expression, (value) => value);
  }

  test(condition: TemplateText | boolean, scope: Scope): boolean {
    return testCondition(this.engine, condition, scope);
  }

  expressions(text: TemplateText, scope: Scope): Value {
    return ownExpressions(new Render(this.engine, scope), text, true);
  }

  lookup(name: string, terms: Value[], kwargs: Map<string, Value>, scope: Scope): Value[] {
    return this.runLookup(new Render(this.engine, scope).callContext, name, terms, kwargs);
  }

  private runLookup(context: CallContext, name: string, terms: Value[], kwargs: Map<string, Value>): Value[] {
    const lookup = findPlugin(this.engine.lookups, name);
    if (lookup !== undefined) return lookup(context, terms, kwargs);
    const near = didYouMean(name, this.engine.lookups.keys());
    throw new ToaError('E_TEMPLATE_LOOKUP', `lookup plugin (${name}) not found.${near}`, {
      remedy: 'docs/compatibility.md lists the lookups that there are',
    });
  }

  hasFilter(name: string): boolean {
    return findPlugin(this.engine.filters, name) !== undefined;
  }

  hasLookup(name: string): boolean {
    return findPlugin(this.engine.lookups, name) !== undefined;
  }
}

/**
 * Makes the template engine.
 * @param ports what templates may touch outside
 * @returns a Templar; it keeps no state between calls but compiled texts and files
 */
export function createTemplar(ports: TemplatePorts, options: TemplarOptions = {}): Templar {
  return new EngineTemplar(ports, options);
}

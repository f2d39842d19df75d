import { ToaError } from '../../base/errors.ts';
import { formatSpan } from '../../base/span.ts';
import { TemplateText, VaultText, type Value } from '../../base/value.ts';
import { LocatedUndefined } from '../errors.ts';
import { pyStr } from '../python/print.ts';
import { noteVaulted } from '../python/vaulted.ts';
import { DEFAULT_SYNTAX } from '../syntax/syntax.ts';
import { NativeText } from './frame.ts';
import { deepCopy, firstText, mapTexts, needsResolving } from './raw.ts';
import type { Render } from './render.ts';

interface Named {
  readonly name: string;
  readonly raw: Value;
}

/** What a lookup gives may come from anywhere. */
const LOOKUPS = new Set(['lookup', 'query', 'q']);

/** The variables that one render has asked for: each resolved once, with the templates inside it. */
export class ResolvedVariables {
  private readonly render: Render;
  private readonly values = new Map<string, Value>();
  private readonly nativeNames = new Map<string, string>();
  private readonly resolving: Named[] = [];
  private copying = false;

  constructor(render: Render) {
    this.render = render;
  }

  /** From now on values are copies, since the template may change them. */
  copy(): void {
    if (this.copying) return;
    this.copying = true;
    this.values.clear();
  }

  /** The resolved value of a variable or global. */
  get(name: string): Value | undefined {
    const cached = this.values.get(name);
    if (cached !== undefined) return cached;
    const raw = this.render.scope.lookup(name);
    if (raw === undefined) {
      if (LOOKUPS.has(name)) this.render.hasHeard = true;
      return this.render.engine.globals.get(name);
    }
    if (!(this.render.scope.isWritten?.(name) ?? false)) this.render.hasHeard = true;
    const resolved = needsResolving(raw) ? this.resolveVariable(name, raw) : raw;
    const value = this.copying ? deepCopy(resolved) : resolved;
    this.values.set(name, value);
    return value;
  }

  isNative(name: string, value: Value): boolean {
    return typeof value === 'string' && this.nativeNames.get(name) === value;
  }

  /** Renders every text inside the value. */
  resolve(value: Value): Value {
    return mapTexts(value, (text) => this.leaf(text, undefined));
  }

  private resolveVariable(name: string, raw: Value): Value {
    if (this.resolving.some((entry) => entry.name === name)) throw this.recursion(name);
    this.resolving.push({ name, raw });
    try {
      return mapTexts(raw, (text) => this.leaf(text, raw === text ? name : undefined));
    } catch (error) {
      return this.variableFault(error, name, raw);
    } finally {
      this.resolving.pop();
    }
  }

  private leaf(text: TemplateText | VaultText, name: string | undefined): Value {
    if (text instanceof VaultText) {
      noteVaulted();
      return this.render.engine.ports.decrypt(text);
    }
    const { hasHeard } = this.render;
    const value = this.withLookups(() => this.render.rendered(text, DEFAULT_SYNTAX, true));
    // a text that read a result and printed none of its words is the user's own
    if (!this.render.isTold) this.render.hasHeard = hasHeard;
    if (!(value instanceof NativeText)) return value;
    if (name !== undefined) this.nativeNames.set(name, value.text);
    return value.text;
  }

  /** A variable may use lookups, also when a condition that a host worded asks for it; that condition still may not. */
  private withLookups<T>(use: () => T): T {
    const { render } = this;
    const { lookupsAllowed } = render;
    render.lookupsAllowed = true;
    try {
      return use();
    } finally {
      render.lookupsAllowed = lookupsAllowed;
    }
  }

  /** Undefined things inside a variable make the variable undefined; other errors get its name into their chain. */
  private variableFault(error: unknown, name: string, raw: Value): Value {
    if (!(error instanceof ToaError)) throw error;
    const chain = [this.describe({ name, raw }), ...(error.details.chain ?? [])];
    if (error.code === 'E_TEMPLATE_UNDEFINED') {
      return new LocatedUndefined(`${pyStr(raw)}: ${error.message}`, error.details.span, chain);
    }
    if (error.code === 'E_TEMPLATE_RECURSION') throw error;
    throw new ToaError(error.code, error.message, { ...error.details, chain });
  }

  private describe({ name, raw }: Named): string {
    const text = firstText(raw);
    return text === undefined ? `variable ${name}` : `variable ${name} (${formatSpan(text.span)})`;
  }

  private recursion(name: string): ToaError {
    const start = this.resolving.findIndex((entry) => entry.name === name);
    const loop = this.resolving.slice(start);
    const text = firstText(loop[0].raw);
    const source = text instanceof TemplateText ? text.source : name;
    return new ToaError('E_TEMPLATE_RECURSION', `recursive loop detected in template string: ${source}`, {
      span: text?.span,
      chain: [...loop, loop[0]].map((entry) => this.describe(entry)),
      remedy: `the variable '${name}' needs its own value; give one of these variables another name`,
    });
  }
}

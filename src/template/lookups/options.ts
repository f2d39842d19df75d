import { ToaError } from '../../base/errors.ts';
import { booleanOf, TemplateText, type Value } from '../../base/value.ts';
import type { CallContext } from '../contract.ts';
import { asIndex, defined, truthy } from '../python/operations.ts';
import { pyStr } from '../python/print.ts';

/** Wrong terms or options of a lookup. */
export function argumentError(message: string, remedy?: string): ToaError {
  return new ToaError('E_LOOKUP_ARGS', message, remedy === undefined ? {} : { remedy });
}

/** A lookup that looked and failed: no such file, a command that failed. */
export function lookupError(message: string, remedy?: string): ToaError {
  return new ToaError('E_LOOKUP_FAILED', message, remedy === undefined ? {} : { remedy });
}

/** The options of one lookup call: `lookup('x', term, name=value)`. */
export class Options {
  private readonly given: Map<string, Value>;

  /** @throws ToaError E_LOOKUP_ARGS for an option that the lookup does not have */
  constructor(lookup: string, names: readonly string[], kwargs: ReadonlyMap<string, Value>) {
    this.given = new Map(kwargs);
    for (const name of kwargs.keys()) {
      if (names.includes(name)) continue;
      const known = names.length === 0 ? 'it takes no options' : `it takes ${names.join(', ')}`;
      throw argumentError(`the lookup ${lookup} has no option '${name}'`, `Remove ${name}; ${known}`);
    }
  }

  value(name: string): Value | undefined {
    const value = this.given.get(name);
    return value === undefined || value === null ? undefined : defined(value);
  }

  set(name: string, value: Value): void {
    this.given.set(name, value);
  }

  text(name: string, otherwise: string): string {
    const value = this.value(name);
    return value === undefined ? otherwise : pyStr(value);
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.value(name);
    if (value === undefined) return otherwise;
    if (typeof value === 'string') return booleanOf(value) === true;
    return truthy(value);
  }

  integer(name: string, otherwise: number): number {
    const value = this.value(name);
    if (value === undefined) return otherwise;
    const number = typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : asIndex(value);
    if (number === undefined) throw argumentError(`the option '${name}' must be a whole number, not ${pyStr(value)}`);
    return number;
  }
}

/** A term as text. */
export function termText(term: Value): string {
  const value = defined(term);
  return value instanceof TemplateText ? value.source : pyStr(value);
}

/** Text variables of the scope, resolved: `playbook_dir`, `role_path`. */
export function textVariable(context: CallContext, name: string): string | undefined {
  const raw = context.scope.lookup(name);
  const value = raw === undefined ? undefined : context.resolve(raw);
  return typeof value === 'string' ? value : undefined;
}

/** The file that a lookup's term means, or undefined after a warning. */
export function findFile(context: CallContext, kind: string, name: string): string | undefined {
  const path = context.env.find(kind, name, context.scope);
  if (path === undefined) {
    context.env.warn(`Unable to find '${name}' in expected paths (use -vvvvv to see paths)`);
  }
  return path;
}

/** The text of a controller's file. */
export function readText(context: CallContext, path: string): string | undefined {
  const bytes = context.env.readFile(path);
  return bytes === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** `a b=1 c='x y'` as Ansible's `parse_kv`: the options, and the words that are none, joined by blanks. */
export function parseKeyValues(text: string): { options: Map<string, string>; rest: string } {
  const options = new Map<string, string>();
  const rest: string[] = [];
  for (const word of text.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\S)+/g) ?? []) {
    const equals = word.indexOf('=');
    if (equals <= 0 || word[equals - 1] === '\\') rest.push(word.replaceAll('\\=', '='));
    else options.set(word.slice(0, equals).trim(), unquote(word.slice(equals + 1).trim()));
  }
  return { options, rest: rest.join(' ') };
}

function unquote(text: string): string {
  const quoted = text.length > 1 && (text[0] === '"' || text[0] === "'") && text.at(-1) === text[0];
  return quoted && text.at(-2) !== '\\' ? text.slice(1, -1) : text;
}

/** One level of lists opened, as the base class of Ansible's lookups does it. */
export function flattenOnce(items: Iterable<Value>): Value[] {
  return [...items].flatMap((item) => (Array.isArray(item) ? [...item] : [item]));
}

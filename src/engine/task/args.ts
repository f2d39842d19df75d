import { ToaError } from '../../base/errors.ts';
import { failure, type ModuleResult } from '../../base/result.ts';
import { isMapping, TemplateText, toJs, type Value } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import type { Scope, Templar } from '../../template/contract.ts';
import { pyStr } from '../../template/python/print.ts';
import type { Verb } from '../../verb/verb.ts';
import { settle } from '../../template/settle.ts';
import { inContext, isUndefinedError } from './errors.ts';

function withoutOmit(value: Value, omit: Value | undefined): Value {
  if (omit === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => withoutOmit(item, omit));
  if (!(value instanceof Map)) return value;
  const kept = [...value].filter(([, item]) => item !== omit);
  return new Map(kept.map(([key, item]) => [key, withoutOmit(item, omit)]));
}

function named(value: Value, task: Task): ReadonlyMap<Value, Value> {
  if (!isMapping(value)) {
    throw new ToaError('E_TASK_ARGS', `invalid or malformed argument: '${pyStr(value)}'`, {
      span: task.actionSpan,
      remedy: 'args: must be a dict, or a template that gives one',
    });
  }
  return new Map([...value.keys()].map((key) => [key, value.get(key) as Value]));
}

/** Renders arguments for one host; those that the verb wants raw stay as they are. */
export class ArgRenderer {
  private readonly templar: Templar;
  private readonly scope: Scope;
  private readonly task: Task;
  private readonly verb: Pick<Verb, 'rawArgs' | 'argAliases' | 'anyArgs'>;

  constructor(templar: Templar, scope: Scope, task: Task, verb: Pick<Verb, 'rawArgs' | 'argAliases' | 'anyArgs'>) {
    this.templar = templar;
    this.scope = scope;
    this.task = task;
    this.verb = verb;
  }

  /** @param defaults module_defaults of this action, outermost layer first; the task's own arguments win */
  async render(defaults: readonly Value[]): Promise<Map<string, Value>> {
    const omit = this.scope.lookup('omit');
    const out = new Map<string, Value>();
    for (const layer of [...defaults, this.task.args]) {
      for (const [name, value] of await this.layer(layer)) {
        if (value === omit && omit !== undefined) continue;
        out.set(this.verb.argAliases?.[name] ?? name, withoutOmit(value, omit));
      }
    }
    return out;
  }

  private async layer(layer: Value): Promise<Map<string, Value>> {
    const args = layer instanceof TemplateText ? await this.resolve(layer) : layer;
    const out = new Map<string, Value>();
    for (const [key, value] of named(args, this.task)) {
      const name = key instanceof TemplateText ? pyStr(await this.resolve(key)) : pyStr(key);
      const rendered = this.one(name, value);
      // hardly ever: an await for each would be half the cost
      out.set(name, rendered instanceof Promise ? await rendered : rendered);
    }
    return out;
  }

  private one(name: string, value: Value): Value | Promise<Value> {
    if (typeof value !== 'object' || value === null || this.verb.rawArgs?.includes(name)) return value;
    return this.resolve(value, name === '_raw_params' && value instanceof TemplateText);
  }

  private resolve(value: Value, asText = false): Value | Promise<Value> {
    try {
      const rendered = settle(() => this.templar.resolve(value, this.scope, asText ? { convert: false } : undefined));
      return rendered instanceof Promise ? rendered.catch(explained) : rendered;
    } catch (error) {
      return explained(error);
    }
  }
}

function explained(error: unknown): never {
  if (!isUndefinedError(error)) throw error;
  throw inContext(error, 'The task includes an option with an undefined variable. The error was: ');
}

/** The layers of module_defaults that name this action, as dicts of arguments; an inner layer replaces an outer one. */
export async function defaultsFor(
  layers: readonly Value[],
  isAction: (name: string) => boolean,
  resolve: (value: Value) => Promise<Value | undefined>,
): Promise<Value[]> {
  let found: Value | undefined;
  for (const layer of layers) {
    const map = layer instanceof TemplateText ? await resolve(layer) : layer;
    for (const one of Array.isArray(map) ? map : [map]) {
      if (!isMapping(one)) continue;
      for (const key of one.keys()) if (isAction(pyStr(key))) found = one.get(key);
    }
  }
  return found === undefined || found === null ? [] : [found];
}

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly expected?: string;
}

const PYTHON_TYPES: Readonly<Record<string, string>> = {
  boolean: 'bool',
  number: 'int',
  int: 'int',
  array: 'list',
  record: 'dict',
  object: 'dict',
  string: 'str',
};

function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'object' && value !== null ? 'dict' : 'str';
}

function valueAt(args: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], args);
}

function issueText(issue: Issue, args: Record<string, unknown>): string {
  const name = issue.path.map(String).join('.');
  const value = valueAt(args, issue.path);
  if (issue.code === 'invalid_value') {
    return `value of ${name} must be one of: ${(issue.values ?? []).join(', ')}, got: ${String(value)}`;
  }
  if (issue.code === 'invalid_type') {
    const wanted = PYTHON_TYPES[issue.expected ?? ''] ?? issue.expected ?? 'str';
    const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return `argument '${name}' is of type <class '${pythonType(value)}'> and we were unable to convert to ${wanted}: '${shown}'`;
  }
  return name ? `${name}: ${issue.message}` : issue.message;
}

/** Texts as Ansible's argument specification gives them. */
function issuesText(issues: readonly Issue[], args: Record<string, unknown>, task: Task, verb: Verb): string {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? (issue.keys ?? []) : []));
  if (unknown.length > 0) {
    const shape = (verb.args as { shape?: Record<string, unknown> }).shape ?? {};
    const known = Object.keys(shape).filter((name) => !name.startsWith('_'));
    return `Unsupported parameters for (${task.actionAsWritten}) module: ${unknown.sort().join(', ')}. Supported parameters include: ${known.sort().join(', ')}.`;
  }
  const missing = issues.filter((issue) => issue.path.length > 0 && valueAt(args, issue.path) === undefined);
  if (missing.length > 0) {
    return `missing required arguments: ${missing.map((issue) => issue.path.map(String).join('.')).join(', ')}`;
  }
  return issueText(issues[0], args);
}

/** Rendered arguments as the verb takes them, or the failed result that says what is wrong with them. */
export function validatedArgs(
  rendered: ReadonlyMap<string, Value>,
  task: Task,
  verb: Verb,
): { args: unknown } | { failed: ModuleResult } {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of rendered) {
    const isRaw = verb.anyArgs || verb.rawArgs?.includes(name) || verb.valueArgs?.includes(name);
    const given = isRaw ? value : toJs(value);
    if (given !== null || verb.anyArgs) plain[name] = given;
  }
  // zod would compile a checker for each schema: 6 ms at the start, and no faster after a thousand hosts
  const parsed = verb.args.safeParse(plain, { jitless: true });
  if (parsed.success) return { args: parsed.data };
  const issues = parsed.error.issues as unknown as Issue[];
  return { failed: failure(issuesText(issues, plain, task, verb), { code: 'E_TASK_ARGS' }) };
}

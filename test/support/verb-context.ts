import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { z } from 'zod';
import { controllerPort } from '../../src/cli/world/controller.ts';
import type { ModuleResult } from '../../src/base/result.ts';
import type { Value } from '../../src/base/value.ts';
import type { Call, Shell } from '../../src/host/contract.ts';
import type { Scope, Templar } from '../../src/template/contract.ts';
import type { TaskContext, Verb } from '../../src/verb/verb.ts';

export interface VerbRunOptions {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly variables?: Readonly<Record<string, Value>>;
  /** Folder where `findFile` looks; default: absolute paths only. */
  readonly files?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Filled with the calls that were made. */
  readonly calls?: Call[];
  readonly warnings?: string[];
  /** What `isRead` says; default: everything is read. */
  readonly isRead?: TaskContext['isRead'];
  /** What `factsRead` says; default: any fact. */
  readonly factsRead?: TaskContext['factsRead'];
  /** Default: none, see `verbContext`. */
  readonly render?: TaskContext['render'];
}

function unused(what: string): () => never {
  return () => {
    throw new Error(`${what} is not part of this context`);
  };
}

/** A real TaskContext over an open shell; templates are not part of it. */
export function verbContext(shell: Shell, options: VerbRunOptions = {}): TaskContext {
  const variables = options.variables ?? {};
  const scope: Scope = { lookup: (name) => variables[name], names: () => Object.keys(variables) };
  const context: TaskContext = {
    host: 'localhost',
    check: options.check ?? false,
    diff: options.diff ?? false,
    noLog: false,
    verbosity: 0,
    scope,
    templar: new Proxy({} as Templar, { get: (_, name) => unused(`templar.${String(name)}`) }),
    variable: (name) => variables[name],
    isRead: options.isRead ?? (() => true),
    factsRead: options.factsRead ?? (() => Promise.resolve(undefined)),
    render: options.render ?? unused('render'),
    expressions: unused('expressions'),
    evaluate: unused('evaluate'),
    shell: () => Promise.resolve(shell),
    call: (call) => {
      options.calls?.push(call);
      return shell.call({ ...call, environment: { ...options.environment, ...call.environment } });
    },
    findFile(_kind, name) {
      const path = isAbsolute(name) ? name : join(options.files ?? '/nonexistent', name);
      if (!existsSync(path)) throw new Error(`Could not find or access '${name}'`);
      return path;
    },
    controller: controllerPort({ isVault: () => false, decrypt: unused('vault') }),
    progress: () => undefined,
    warn: (message) => options.warnings?.push(message),
    once: (_key, _builder, work) => work(context),
    playHosts: ['localhost'],
    signal: new AbortController().signal,
  };
  return context;
}

/**
 * Runs a verb with arguments as a playbook gives them (aliases, defaults and coercions applied).
 * Throws what the schema says of wrong arguments.
 */
export async function runVerb<S extends z.ZodType>(
  verb: Verb<S>,
  given: Readonly<Record<string, unknown>>,
  shell: Shell,
  options: VerbRunOptions = {},
): Promise<ModuleResult> {
  const named = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [verb.argAliases?.[name] ?? name, value]),
  );
  return verb.run(verb.args.parse(named), verbContext(shell, options));
}

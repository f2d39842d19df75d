import type { z } from 'zod';
import type { ModuleResult } from '../base/result.ts';
import type { Dict, TemplateText, Value } from '../base/value.ts';
import type { Call, CallResult, Shell } from '../host/contract.ts';
import type { RenderOptions, Scope, Templar } from '../template/contract.ts';

/** What the engine gives a running verb. */
export interface TaskContext {
  /** Inventory name of the host that the task is for (not of the delegate). */
  readonly host: string;
  readonly check: boolean;
  readonly diff: boolean;
  readonly noLog: boolean;
  readonly verbosity: number;
  /** Variables of this host and task, for templates. */
  readonly scope: Scope;
  readonly templar: Templar;
  /** A resolved variable, or undefined. */
  variable(name: string): Value | undefined;
  /**
   * Whether anybody can read the value at `path` (keys of dicts) of this task's result: a template, or a person. What
   * costs the host much and is read by nobody may be left out.
   */
  isRead(path: readonly string[]): boolean;
  /**
   * Short names of the facts that a text of the run may read. What costs the host much and gives none of them may be left
   * out. Undefined: any fact may be read.
   */
  factsRead(): Promise<ReadonlySet<string> | undefined>;
  /** Rendered text, suspending lookups awaited; in `scope` when given, else in the task's own. */
  render(text: TemplateText | Value, options?: RenderOptions & { readonly scope?: Scope }): Promise<Value>;
  /** Rendered text whose result is an expression, or a list of them; see `Templar`. @throws ToaError E_TEMPLATE_UNSAFE */
  expressions(text: TemplateText): Promise<Value>;
  /** Value of an expression. */
  evaluate(expression: TemplateText): Promise<Value>;
  /** The shell of the task's user (after become, delegation) on the task's target. */
  shell(): Promise<Shell>;
  /** `(await shell()).call(...)` with the task's environment and timeout added. */
  call(call: Call): Promise<CallResult>;
  /** Drops the connection of the task's target; the next call connects again (reboot, wait_for_connection). */
  resetConnection?(): Promise<void>;
  /** Whether the task's target is this machine, over the local connection. */
  isLocal?(): Promise<boolean>;
  /** Finds a controller-side file as Ansible does (role files/, play files/, beside the task file); throws E_FILE_NOT_FOUND with all places looked at. */
  findFile(kind: 'files' | 'templates' | 'vars' | 'tasks' | 'scripts', name: string): string;
  readonly controller: ControllerPort;
  /** Shown beside the host while the task runs; `fraction` 0..1. */
  progress(text: string, fraction?: number): void;
  warn(message: string): void;
  /** Runs `work` once per key in the whole run; hosts that come later share its result. `builder`: whose context it gets. */
  once<T>(key: string, builder: string | undefined, work: (context: TaskContext) => Promise<T>): Promise<T>;
  /** All hosts of the play batch still in the game, for verbs that group hosts. */
  readonly playHosts: readonly string[];
  readonly signal: AbortSignal;
}

/** The controller's own files. Vault-encrypted files are decrypted by `readDecrypted`. */
export interface ControllerPort {
  read(path: string): Promise<Uint8Array>;
  readDecrypted(path: string): Promise<Uint8Array>;
  isVault(path: string): Promise<boolean>;
  /** SHA-1 of a file in hex, streamed; computed once for a file that does not change, however many hosts get it. */
  sha1(path: string): Promise<string>;
  stat(path: string): Promise<{ type: 'file' | 'directory'; size: number; mode: number; mtimeMs: number } | undefined>;
  list(path: string): Promise<string[]>;
  write(path: string, data: Uint8Array | string, mode?: number): Promise<void>;
  prompt(question: string, options: { secret: boolean }): Promise<string | undefined>;
  run(
    command: string,
    args: readonly string[],
    input?: string,
  ): Promise<{ rc: number; stdout: string; stderr: string }>;
}

/** How a verb behaves under --check. */
export type CheckSupport = 'full' | 'partial' | 'none';

/**
 * What a verb reaches beyond its arguments and its own host; what may run beside what hangs on it.
 * - `controller-file`: it reads a file of the controller that an argument names (`src`, free text)
 * - `variables`: it reads variables elsewhere than in its arguments
 * - `plan`: it brings tasks, variables or hosts that are not in the plan
 * - `all-hosts`: it runs once for all hosts
 */
export type Beyond = 'controller-file' | 'variables' | 'plan' | 'all-hosts';

/** A verb that playbooks may say; tasks/<verb>/task.ts exports one as `verb`. */
export interface Verb<S extends z.ZodType = z.ZodType> {
  /** Canonical short name, e.g. `copy`. */
  readonly name: string;
  /** Other names: FQCNs beyond `ansible.builtin.<name>`, e.g. `ansible.posix.sysctl`; old names. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Strict zod object, built with the helpers of tasks/shared/args.ts (Ansible's argument types and coercions). */
  readonly args: S;
  /** Aliases of arguments: alias -> name. */
  readonly argAliases?: Readonly<Record<string, string>>;
  /** Takes free-form text; it arrives as the argument `_raw_params`. */
  readonly freeForm?: boolean;
  /** Takes any argument names (set_fact): `args` is not strict. */
  readonly anyArgs?: boolean;
  /** Ansible's action looks at no other arguments: those are warned of and left out. `args` is a plain object then. */
  readonly ignoresOthers?: boolean;
  /** Arguments that are given to the verb unrendered, as TemplateText (e.g. `that` of assert, `var` of debug). */
  readonly rawArgs?: readonly string[];
  /** Arguments that are given to the verb rendered but as values: numbers keep `1.0` apart from `1` (`content` of copy). */
  readonly valueArgs?: readonly string[];
  /** Everything it reaches beyond its arguments and its own host; nothing for most. */
  readonly beyond: readonly Beyond[];
  readonly check: CheckSupport;
  readonly diff: boolean;
  /** Needs no connection (debug, set_fact, assert...). */
  readonly controllerOnly?: boolean;
  /** Touches only its host's files and may run ahead of the barrier (docs/architecture.md, barriers). */
  readonly hostLocal?: boolean;
  /** One call is all it does, and its answer all it needs: with `poll: 0` it goes on when the run is over. */
  readonly detachable?: boolean;
  /** Changes what must be changed by one controller at a time (receiver, kernel): the engine locks the host for it. */
  readonly exclusive?: boolean;
  /**
   * What is true of a host on which this verb went well, for the last line of a run, e.g. "show the client's address". Its
   * results say how far it is proved (`proven`, in `unit`s) and what to know although it holds (`recap`).
   */
  readonly claim?: { readonly says: string; readonly unit: string };
  /** `changed`, `failed`... as a ModuleResult. Throws ToaError for what a user did wrong; other hosts go on. */
  run(args: z.output<S>, context: TaskContext): Promise<ModuleResult>;
}

/**
 * Gives a verb its types. Its arguments are made when first looked at: those of all verbs would be a twentieth of a short
 * run.
 */
export function defineVerb<S extends z.ZodType>(
  definition: Omit<Verb<S>, 'args'> & { readonly args: () => S },
): Verb<S> {
  let args: S | undefined;
  return {
    ...definition,
    get args() {
      return (args ??= definition.args());
    },
  };
}

export type { Dict, Value };

import { expandUserPath } from '../../base/paths/user-path.ts';
import { isAbsolute, join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import type { TemplateText, Value } from '../../base/value.ts';
import type { Become, Call, CallResult, Shell } from '../../host/contract.ts';
import type { LoadContext } from '../../play/contract.ts';
import type { Target } from '../../transport/target.ts';
import type { RenderOptions, Scope, Templar } from '../../template/contract.ts';
import type { ControllerPort, TaskContext } from '../../verb/verb.ts';
import type { TaskInfo } from '../events.ts';
import type { Lease } from '../hosts/sessions.ts';
import { settle } from '../../template/settle.ts';
import type { LaneSlot } from './lane.ts';
import type { TaskScope } from './scope.ts';

/** What a context is made of beside the task's scope. */
export interface ContextParts {
  readonly info: TaskInfo;
  readonly check: boolean;
  readonly diff: boolean;
  readonly noLog: boolean;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** Where the task runs and as whom; asked for at the first call only. */
  readonly destination: () => Promise<{ target: Target; become?: Become }>;
  /** The context of another host for the same task, for `once`. */
  readonly forHost: (host: string) => Promise<VerbContext>;
  readonly warnings: string[];
  /** Handlers that the task notifies when it changes something. */
  readonly notifies: readonly string[];
  /** Set for an item whose calls share a lane with those of other items. */
  readonly slot?: LaneSlot;
}

/** What the engine gives a running verb. */
export class VerbContext implements TaskContext {
  readonly host: string;
  readonly check: boolean;
  readonly diff: boolean;
  readonly noLog: boolean;
  readonly verbosity: number;
  readonly scope: Scope;
  readonly templar: Templar;
  readonly controller: ControllerPort;
  readonly signal: AbortSignal;
  private readonly at: TaskScope;
  private readonly parts: ContextParts;
  private lease?: Promise<Lease>;
  private opened?: Promise<Shell>;
  private learned?: Promise<void>;
  private rendered?: Promise<Readonly<Record<string, string>>>;

  constructor(at: TaskScope, parts: ContextParts) {
    const { run } = at.play;
    this.at = at;
    this.parts = parts;
    this.host = at.host;
    this.check = parts.check;
    this.diff = parts.diff;
    this.noLog = parts.noLog;
    this.verbosity = run.settings.verbosity;
    this.scope = at.scope;
    this.templar = run.templar;
    this.controller = run.options.controller;
    this.signal = parts.signal;
  }

  get playHosts(): readonly string[] {
    return this.at.play.batch.filter((host) => this.at.play.run.hosts.isInPlay(host));
  }

  variable(name: string): Value | undefined {
    const raw = this.scope.lookup(name);
    return raw === undefined ? undefined : this.templar.resolve(raw, this.scope);
  }

  isRead(path: readonly string[]): boolean {
    return this.at.play.run.isRead(this.at.task, path);
  }

  factsRead(): Promise<ReadonlySet<string> | undefined> {
    return this.at.play.run.factsRead();
  }

  async render(text: Value, options?: RenderOptions & { readonly scope?: Scope }): Promise<Value> {
    return settle(() => this.templar.resolve(text, options?.scope ?? this.scope, options));
  }

  async expressions(text: TemplateText): Promise<Value> {
    return settle(() => this.templar.expressions(text, this.scope));
  }

  async evaluate(expression: TemplateText): Promise<Value> {
    return settle(() => this.templar.evaluate(expression, this.scope));
  }

  async shell(): Promise<Shell> {
    await this.parts.slot?.alone();
    return this.shellInOrder();
  }

  private shellInOrder(): Promise<Shell> {
    this.opened ??= this.noting(this.open());
    return this.opened;
  }

  /** What is about to be changed, and which handlers belong to it, outlasts this run (docs/adr/0011). */
  private async noting(opening: Promise<Shell>): Promise<Shell> {
    const shell = await opening;
    const pending = this.at.play.pendingOf(this.host);
    this.learned = pending.learn(shell);
    if (this.parts.notifies.length > 0) pending.begin(this.at.task, shell, this.parts.notifies);
    return shell;
  }

  private async open(): Promise<Shell> {
    const { target, become } = await this.parts.destination();
    this.lease ??= this.parts.slot?.lease(target) ?? this.at.play.run.sessions.lease(target, this.host);
    try {
      return await (await this.lease).session.shell(become);
    } catch (error) {
      this.opened = undefined;
      throw error;
    }
  }

  async resetConnection(): Promise<void> {
    await this.parts.slot?.alone();
    const { target } = await this.parts.destination();
    this.opened = undefined;
    await this.release();
    await this.at.play.run.sessions.reset(target);
  }

  private environment(): Promise<Readonly<Record<string, string>>> {
    this.rendered ??= this.parts.environment();
    return this.rendered;
  }

  async call(call: Call): Promise<CallResult> {
    const shell = await this.shellInOrder();
    const whole: Call = {
      ...call,
      environment: { ...(await this.environment()), ...call.environment },
      timeoutMs: call.timeoutMs ?? this.parts.timeoutMs,
      // the shell itself, where it hangs, could not be ended in time
      inPlace: call.inPlace === true && this.parts.timeoutMs === undefined,
      signal: call.signal ?? this.signal,
    };
    const answer = await (this.parts.slot?.call(shell, whole) ?? shell.call({ ...whole, pipelined: false }));
    await this.learned;
    if (answer.leftOut) {
      this.warn(
        `E_OUTPUT_TOO_LARGE: ${answer.leftOut} bytes in the middle of the output are left out (toa_max_output)`,
      );
    }
    return answer;
  }

  async isLocal(): Promise<boolean> {
    return (await this.parts.destination()).target.transport === 'local';
  }

  findFile(kind: 'files' | 'templates' | 'vars' | 'tasks' | 'scripts', name: string): string {
    return findFile(this.at.play.run.options.context, this.at.statics.searchPath, kind, name);
  }

  progress(text: string, fraction?: number): void {
    const { emitter } = this.at.play.run;
    emitter.emit({ type: 'host-progress', task: this.parts.info, host: this.host, text, fraction, hidden: this.noLog });
  }

  warn(message: string): void {
    this.parts.warnings.push(message);
  }

  once<T>(key: string, builder: string | undefined, work: (context: TaskContext) => Promise<T>): Promise<T> {
    const { once } = this.at.play.run;
    const known = once.get(key);
    if (known) return known as Promise<T>;
    const made = this.workOn(builder, work);
    once.set(key, made);
    return made;
  }

  private async workOn<T>(builder: string | undefined, work: (context: TaskContext) => Promise<T>): Promise<T> {
    if (builder === undefined || builder === this.host) return work(this);
    const other = await this.parts.forHost(builder);
    try {
      return await work(other);
    } finally {
      await other.release();
    }
  }

  /** Gives the session back; a later call takes one again. */
  async release(): Promise<void> {
    const { lease } = this;
    this.lease = undefined;
    this.opened = undefined;
    (await lease?.catch(() => undefined))?.release();
  }
}

/**
 * A file of the controller, looked for as Ansible does: role, the task's file, play.
 * @throws ToaError E_FILE_NOT_FOUND with all places that were looked at
 */
export function findFile(
  { sources }: LoadContext,
  searchPath: readonly string[],
  kind: string,
  written: string,
): string {
  const name = expandUserPath(written, sources.environment);
  const tried = isAbsolute(name)
    ? [name]
    : searchPath.flatMap((folder) => [join(folder, kind, name), join(folder, name)]);
  const found = tried.find((path) => sources.kind(path));
  if (found) return found;
  const advice = 'If you are using a module and expect the file to exist on the remote, see the remote_src option';
  throw new ToaError(
    'E_FILE_NOT_FOUND',
    `Could not find or access '${name}'\nSearched in:\n\t${tried.join('\n\t')} on the Ansible Controller.\n${advice}`,
    { remedy: 'put the file in one of these places, or correct the name' },
  );
}

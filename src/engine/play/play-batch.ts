import { ToaError } from '../../base/errors.ts';
import { isMapping, TemplateText, toJs, type Dict, type Value } from '../../base/value.ts';
import type { Block, Play, Task } from '../../play/plan.ts';
import { effectiveTags, selectTags, type TagSelection } from '../../play/playbook/tags.ts';
import type { Scope } from '../../template/contract.ts';
import { Cursor } from './cursor.ts';
import type { TaskInfo } from '../events.ts';
import { Handlers } from './handlers.ts';
import { PendingHandlers } from './pending-handlers.ts';
import { RoleRuns } from './role-runs.ts';
import type { RunState } from '../run-state.ts';
import { Semaphore } from '../hosts/semaphore.ts';
import { settle } from '../../template/settle.ts';
import { staticsOf } from '../../play/statics.ts';
import { asBoolean } from '../task/keywords.ts';

/** As ansible-playbook calls an include_role without a name: with the role as it is written. */
function includeRoleName({ actionAsWritten, args }: Task): string {
  const role = isMapping(args) ? (args.get('name') ?? args.get('role')) : undefined;
  return `${actionAsWritten} : ${role instanceof TemplateText ? role.source : String(role ?? '')}`;
}

/** A play on one batch of its hosts. */
export class PlayBatch {
  readonly run: RunState;
  readonly play: Play;
  /** Hosts of the whole play, in order; add_host does not change it. */
  readonly allHosts: readonly string[];
  readonly batch: readonly string[];
  readonly cursors = new Map<string, Cursor>();
  readonly handlers: Handlers;
  readonly roles = new RoleRuns();
  private readonly pending = new Map<string, PendingHandlers>();
  private readonly isSelected: TagSelection;
  isPlayEnded = false;
  private readonly throttles = new Map<Task, Semaphore>();

  constructor(run: RunState, play: Play, allHosts: readonly string[], batch: readonly string[]) {
    this.run = run;
    this.play = play;
    this.allHosts = allHosts;
    this.batch = batch;
    const { tags, skipTags } = run.settings;
    this.isSelected = selectTags(tags, skipTags);
    this.handlers = new Handlers(play, (value, handler) => this.renderForPlay(value, handler));
  }

  /** Variables as the play sees them, without a host. */
  scope(node?: Task | Block): Scope {
    return this.run.options.variables.scope({ host: '', play: this.play, node });
  }

  /** Variables of a task on a host; `extra` wins over all but extra vars. */
  hostScope(host: string, node: Task | Block | undefined, extra?: Dict): Scope {
    return this.run.options.variables.scope({ host, play: this.play, node, extra });
  }

  /** Renders with the play's variables; undefined when a host's would be needed. */
  private renderForPlay(value: Value, node: Task): Value | undefined {
    try {
      return this.run.templar.resolve(value, this.scope(node));
    } catch (error) {
      if (error instanceof ToaError) return undefined;
      throw error;
    }
  }

  isChosenByTags(task: Task): boolean {
    const tags = effectiveTags(task, (value) =>
      typeof value === 'string' ? value : this.run.templar.resolve(value, this.scope(task)),
    );
    return this.isSelected(tags);
  }

  /** Handlers of a host that were notified and have not run, in this run or one that was cut off. */
  pendingOf(host: string): PendingHandlers {
    let pending = this.pending.get(host);
    if (!pending) this.pending.set(host, (pending = new PendingHandlers(this.play, host, this.handlers)));
    return pending;
  }

  /** The play is over on all hosts of the batch. */
  end(): void {
    const { hosts, settings, isInterrupted } = this.run;
    if (settings.check) return;
    for (const [host, pending] of this.pending) {
      pending.end(!isInterrupted && hosts.isInPlay(host) && (this.cursors.get(host)?.complete ?? false));
    }
  }

  /** Hosts that are still reachable, in order; those that failed have no next task. */
  hostsLeft(): string[] {
    return this.batch.filter((host) => !this.run.hosts.isUnreachable(host));
  }

  cursor(host: string): Cursor {
    return this.cursors.get(host) as Cursor;
  }

  /** For ansible_play_hosts, ansible_play_batch and ansible_play_hosts_all. */
  tellHosts(): void {
    const isLeft = (host: string): boolean => this.run.hosts.isInPlay(host);
    this.run.options.variables.setPlayHosts({
      all: this.allHosts,
      batch: this.batch.filter(isLeft),
      active: this.allHosts.filter(isLeft),
    });
  }

  /** The task as listeners see it, its name rendered for `host`. */
  taskInfo(task: Task, host: string | undefined): TaskInfo {
    const { keywords } = staticsOf(task);
    const scope = host === undefined ? this.scope(task) : this.hostScope(host, task);
    return {
      id: task.id,
      name: this.taskName(task, scope),
      action: task.action,
      span: task.span,
      isHandler: task.isHandler,
      checkMode: this.keywordFlag(keywords.checkMode, scope, this.run.settings.check),
      noLog: this.keywordFlag(keywords.noLog, scope, false, true),
    };
  }

  private keywordFlag(value: Value | undefined, scope: Scope, fallback: boolean, unknown = fallback): boolean {
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'boolean') return value;
    try {
      return asBoolean(this.run.templar.resolve(value, scope));
    } catch {
      return unknown;
    }
  }

  private taskName(task: Task, scope: Scope): string {
    const name = task.name === undefined ? '' : this.lenient(task.name, scope);
    if (task.action === 'include_role') return name || includeRoleName(task);
    const text = name === '' ? task.actionAsWritten : name;
    return task.role ? `${task.role.name} : ${text}` : text;
  }

  private lenient(value: Value, scope: Scope): string {
    if (typeof value === 'string') return value;
    try {
      const rendered = this.run.templar.resolve(value, scope, { onUndefined: 'keep', convert: false });
      return typeof rendered === 'string' ? rendered : String(toJs(rendered));
    } catch {
      return typeof value === 'object' && value !== null && 'source' in value ? value.source : String(value);
    }
  }

  /** Renders a keyword of the play or of a task for one host. */
  async render(value: Value | undefined, scope: Scope): Promise<Value | undefined> {
    if (value === undefined || value === null || typeof value !== 'object') return value;
    return settle(() => this.run.templar.resolve(value, scope));
  }

  /** One semaphore for each throttled task of the play. */
  throttle(task: Task, most: number): Semaphore {
    let semaphore = this.throttles.get(task);
    if (!semaphore) this.throttles.set(task, (semaphore = new Semaphore(most)));
    return semaphore;
  }
}

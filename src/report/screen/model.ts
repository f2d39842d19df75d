import type { EngineEvent, TaskInfo } from '../../engine/events.ts';
import { diffText } from '../diff-text.ts';
import { plain } from '../colors.ts';
import { headline, dumpResult, isVerboseAlways, type ResultFormat } from '../result-text.ts';
import { foldNames, sameText } from '../fold.ts';
import { type Failure, failureOf } from '../recap.ts';
import { sourceLines } from '../source-line.ts';

export interface ModelOptions {
  readonly diff: boolean;
  /** Lines around a change. */
  readonly diffContext?: number;
  readonly verbosity: number;
  readonly format?: ResultFormat;
}

const GATHERING = 'Gathering Facts';

/** A host that works at something right now. */
export interface RunningHost {
  readonly host: string;
  readonly since: number;
  text: string;
  fraction?: number;
}

/** The task on the screen, with how its hosts fared so far. */
export interface CurrentTask {
  readonly info: TaskInfo;
  readonly startedAt: number;
  /** `4 of 9` of the play; `12` where more were included than were planned. */
  readonly number?: string;
  readonly total: number;
  readonly running: Map<string, RunningHost>;
  /** By failure that was said: the other hosts that it happened to. */
  readonly folded: Map<string, Set<string>>;
  readonly counts: {
    ok: number;
    changed: number;
    skipped: number;
    failed: number;
    unreachable: number;
    ignored: number;
  };
}

/** A line for the part of the screen that scrolls: said once, never repainted. */
export interface Said {
  readonly kind: 'banner' | 'task' | 'error' | 'note';
  readonly text: string;
  /** What has to be seen of the line, however long the text before it is. */
  readonly tail?: string;
}

/**
 * What the screen shows, as data: events go in, lines to say come out, the live part is read at each frame. So a run
 * with 300 hosts costs a few assignments an event, however many frames are drawn.
 */
export class ScreenModel {
  play = '';
  readonly tasks = new Map<number, CurrentTask>();
  readonly failures = new Map<string, Failure>();
  /** Tasks of all plays that have begun. */
  begunTasks = 0;
  private planned = 0;
  private inPlay = 0;
  private readonly warned = new Set<string>();
  private readonly said: Said[] = [];
  private readonly options: ModelOptions;

  constructor(options: ModelOptions) {
    this.options = options;
  }

  /** Takes the lines that are to be said since the last call. */
  take(): Said[] {
    return this.said.splice(0);
  }

  apply(event: EngineEvent): void {
    switch (event.type) {
      case 'play-start':
        this.settleAll(event.at);
        this.play = event.name;
        this.planned = event.tasks ?? 0;
        this.inPlay = 0;
        this.say(
          'banner',
          `${event.name || 'play'}  (${event.hosts.length} hosts${event.check ? ', check mode' : ''})`,
        );
        break;
      case 'task-start':
        this.begin(event.task, event.hosts.length, event.at);
        break;
      case 'host-start':
        this.startHost(event);
        break;
      case 'host-progress':
        this.progress(event);
        break;
      case 'host-retry':
        this.progress({ ...event, text: `try ${event.attempt + 1} of ${event.retries + 1}`, fraction: undefined });
        break;
      case 'host-item':
      case 'host-result':
        this.finishHost(event);
        break;
      case 'no-hosts-matched':
        this.say('note', 'skipping: no hosts matched');
        break;
      case 'no-hosts-remaining':
        this.settleAll(event.at);
        this.say('banner', 'no more hosts left');
        break;
      case 'warning':
        this.warn(event.message);
        break;
      case 'text':
        this.say('note', event.text.replace(/\n$/, ''));
        break;
      case 'stats':
        this.settleAll(event.at);
        break;
      default:
    }
  }

  private say(kind: Said['kind'], text: string, tail?: string): void {
    this.said.push({ kind, text, tail });
  }

  private begin(info: TaskInfo, total: number, at: number): void {
    for (const task of this.tasks.values()) if (task.running.size === 0) this.settle(task, at);
    const counts = { ok: 0, changed: 0, skipped: 0, failed: 0, unreachable: 0, ignored: 0 };
    this.tasks.set(info.id, {
      info,
      startedAt: at,
      number: this.numberOf(info),
      total,
      running: new Map(),
      folded: new Map(),
      counts,
    });
  }

  /** Which of the play's tasks this is; handlers and the gathering of facts stand in no list. */
  private numberOf(info: TaskInfo): string | undefined {
    if (info.action === 'meta') return undefined;
    this.begunTasks++;
    if (info.isHandler || info.name === GATHERING) return undefined;
    this.inPlay++;
    if (this.planned === 0) return undefined;
    return this.inPlay > this.planned ? `${this.inPlay}` : `${this.inPlay} of ${this.planned}`;
  }

  private taskOf(info: TaskInfo, at: number): CurrentTask {
    if (!this.tasks.has(info.id)) this.begin(info, 1, at);
    return this.tasks.get(info.id) as CurrentTask;
  }

  private startHost(event: Extract<EngineEvent, { type: 'host-start' }>): void {
    this.taskOf(event.task, event.at).running.set(event.host, { host: event.host, since: event.at, text: '' });
  }

  private progress(event: { task: TaskInfo; host: string; at: number; text: string; fraction?: number }): void {
    const running = this.taskOf(event.task, event.at).running.get(event.host);
    if (!running) return;
    running.text = event.text;
    running.fraction = event.fraction;
  }

  private finishHost(event: Extract<EngineEvent, { type: 'host-item' | 'host-result' }>): void {
    const { result, task, host } = event;
    const failed = event.status === 'failed' || event.status === 'unreachable';
    const isItem = event.type === 'host-item';
    if (isItem || !event.looped) this.sayResult(event, failed);
    for (const warning of result.warnings ?? []) this.warn(warning);
    if (isItem) return;
    const current = this.taskOf(task, event.at);
    current.running.delete(host);
    if (failed && event.ignored) current.counts.ignored++;
    else current.counts[event.status]++;
    if (failed && !event.ignored) this.failures.set(host, failureOf(event));
  }

  private sayResult(event: Extract<EngineEvent, { type: 'host-item' | 'host-result' }>, failed: boolean): void {
    const { result, task, host } = event;
    const { diff, diffContext, verbosity, format } = this.options;
    const change = diff && result.diff && result.changed ? diffText(result.diff, plain, diffContext) : '';
    if (change) this.say('note', change);
    if (failed && !this.isRepeated(event)) this.sayFailure(event);
    if (failed) return;
    if (event.status !== 'skipped' && isVerboseAlways(result, task.action)) {
      this.say('note', `  ${host}: ${dumpResult(result, task.action, verbosity, format)}`);
    }
  }

  private warn(warning: string): void {
    if (this.warned.has(warning)) return;
    this.warned.add(warning);
    this.say('note', `  warning: ${warning}`);
  }

  /** Whether the same was said of another host of this task: then it is counted, and said once more at its end. */
  private isRepeated(event: Extract<EngineEvent, { type: 'host-item' | 'host-result' }>): boolean {
    const { folded } = this.taskOf(event.task, event.at);
    const key = `${event.status} ${event.result.code} ${sameText(headline(event.result), event.host)}`;
    const hosts = folded.get(key);
    if (hosts) hosts.add(event.host);
    else folded.set(key, new Set());
    return hosts !== undefined;
  }

  private sayFailure(event: Extract<EngineEvent, { type: 'host-item' | 'host-result' }>): void {
    const code = event.result.code ? `${event.result.code}: ` : '';
    const ignored = event.ignored ? ' (ignored)' : '';
    const item = event.type === 'host-item' ? ` (item=${event.label})` : '';
    this.say('error', `  ${event.host}${item}: ${event.status}${ignored}: ${code}${headline(event.result)}`);
    for (const line of sourceLines(event.result)) this.say('note', line);
    if (event.result.remedy) this.say('note', `    do: ${event.result.remedy}`);
  }

  private settleAll(at: number): void {
    for (const task of this.tasks.values()) this.settle(task, at);
  }

  /** A task is over: one line that stays. */
  private settle(task: CurrentTask, at: number): void {
    this.tasks.delete(task.info.id);
    const { counts, folded } = task;
    for (const hosts of folded.values()) {
      if (hosts.size > 0) this.say('error', `  the same on ${hosts.size} more: ${foldNames([...hosts])}`);
    }
    const parts = Object.entries(counts).filter(([, n]) => n > 0);
    if (parts.length === 0) return;
    const mark = counts.failed + counts.unreachable > 0 ? '✖' : counts.changed > 0 ? '●' : counts.ok > 0 ? '✔' : '○';
    const numbers = parts.map(([name, n]) => `${n} ${name}`).join(', ');
    const seconds = ((at - task.startedAt) / 1000).toFixed(1);
    this.say('task', `${mark} ${task.info.isHandler ? 'handler ' : ''}${task.info.name}`, `  ${numbers}  ${seconds} s`);
  }
}

import { formatSpan } from '../base/span.ts';
import type { EngineEvent, HostStatus, Listener, TaskInfo } from '../engine/events.ts';
import { claimLines } from './claims.ts';
import type { Colour, Paint } from './colors.ts';
import { diffText } from './diff-text.ts';
import { type Failure, failureLines, failureOf, recapLines, type RepeatHint } from './recap.ts';
import { customStatsLines, dumpResult, isVerboseAlways, type ResultFormat } from './result-text.ts';
import { sourceLines } from './source-line.ts';
import { widthOf } from './width.ts';

export interface LineOptions {
  readonly write: (text: string) => void;
  readonly paint: Paint;
  readonly verbosity: number;
  readonly diff: boolean;
  readonly showSkipped: boolean;
  readonly showOk: boolean;
  /** Width of banners in columns; ansible-playbook uses 79 without a terminal. */
  readonly columns?: number;
  readonly format?: ResultFormat;
  /** Lines around a change. */
  readonly diffContext?: number;
  /** Options of the default callback, off unless ansible.cfg says otherwise. */
  readonly checkModeMarkers?: boolean;
  readonly showCustomStats?: boolean;
  readonly showPerHostStart?: boolean;
  readonly showTaskPathOnFailure?: boolean;
  /** What to type to repeat the run on some hosts. */
  readonly repeatHint?: RepeatHint;
  /** Where failed and unreachable results go when not to `write`. */
  readonly writeFailure?: (text: string) => void;
}

type Of<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

const COLOUR: Record<HostStatus, Colour> = {
  ok: 'ok',
  changed: 'changed',
  skipped: 'skip',
  failed: 'error',
  unreachable: 'unreachable',
};

/** Actions whose success is reported by `included: ...` lines instead. */
const SILENT = new Set(['include_tasks', 'include_role']);

/**
 * Plain lines in the shape of ansible-playbook's default callback
 * (https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/default_callback.html).
 */
export class LineReport {
  private readonly options: LineOptions;
  private lastBanner = -1;
  private lastBannerFor = '';
  private readonly failures = new Map<string, Failure>();
  private readonly warned = new Set<string>();
  private hadRecap = false;
  /** Whether the first play said that this run changes nothing: then the end says it too. */
  private isMarked = false;

  constructor(options: LineOptions) {
    this.options = options;
  }

  readonly listener: Listener = (event) => {
    switch (event.type) {
      case 'play-start':
        this.playBanner(event);
        break;
      case 'no-hosts-matched':
        this.line('skipping: no hosts matched', 'skip');
        break;
      case 'no-hosts-remaining':
        this.banner('NO MORE HOSTS LEFT');
        break;
      case 'task-start':
        if (this.options.showOk && this.options.showSkipped) this.taskBanner(event.task);
        break;
      case 'host-start':
        if (this.options.showPerHostStart) this.line(` [started TASK: ${event.task.name} on ${event.host}]`, 'ok');
        break;
      case 'host-item':
        this.item(event);
        break;
      case 'host-result':
        this.result(event);
        break;
      case 'host-retry':
        this.line(
          `FAILED - RETRYING: [${event.host}]: ${event.task.name} (${event.retries - event.attempt} retries left).`,
          'dim',
        );
        break;
      case 'included':
        this.line(
          `included: ${event.file} for ${event.hosts.join(', ')}${event.label ? ` => (item=${event.label})` : ''}`,
          'skip',
        );
        break;
      case 'text':
        this.options.write(event.text.endsWith('\n') ? event.text : `${event.text}\n`);
        break;
      case 'stats':
        this.recap(event);
        break;
      default:
    }
  };

  private line(text: string, colour?: Colour, write = this.options.write): void {
    write(`${colour ? this.options.paint(colour, text) : text}\n`);
  }

  private banner(text: string): void {
    const stars = Math.max(3, (this.options.columns ?? 79) - widthOf(text));
    this.options.write(`\n${text} ${'*'.repeat(stars)}\n`);
  }

  private playBanner(event: Of<'play-start'>): void {
    const isMarked = event.check && this.options.checkModeMarkers === true;
    if (isMarked && !this.isMarked) this.banner('DRY RUN');
    this.isMarked ||= isMarked;
    this.banner(`PLAY${event.name ? ` [${event.name}]` : ''}${isMarked ? ' [CHECK MODE]' : ''}`);
  }

  private taskBanner(task: TaskInfo): void {
    const key = `${task.id}:${task.name}`;
    if (this.lastBanner === task.id && this.lastBannerFor === key) return;
    this.lastBanner = task.id;
    this.lastBannerFor = key;
    const mode = task.checkMode && this.options.checkModeMarkers ? ' [CHECK MODE]' : '';
    this.banner(`${task.isHandler ? 'RUNNING HANDLER' : 'TASK'} [${task.name}]${mode}`);
    if (this.options.verbosity >= 2) this.line(`task path: ${formatSpan(task.span)}`, 'dim');
  }

  private hostLabel(event: Of<'host-result'> | Of<'host-item'>): string {
    return event.delegatedTo ? `${event.host} -> ${event.delegatedTo}` : event.host;
  }

  private isHidden(status: HostStatus): boolean {
    return (status === 'skipped' && !this.options.showSkipped) || (status === 'ok' && !this.options.showOk);
  }

  private detail(event: Of<'host-result'> | Of<'host-item'>): string {
    const { result, task } = event;
    const failed = event.status === 'failed' || event.status === 'unreachable';
    const asked = this.options.verbosity > 0 || (event.status !== 'skipped' && isVerboseAlways(result, task.action));
    if (!failed && !asked) return '';
    // the items of a loop have been shown one by one
    const shown = event.type === 'host-result' && event.looped ? { ...result, results: undefined } : result;
    return ` => ${dumpResult(shown, task.action, this.options.verbosity, this.options.format)}`;
  }

  private item(event: Of<'host-item'>): void {
    if (SILENT.has(event.task.action) || this.isHidden(event.status)) return;
    this.taskBanner(event.task);
    this.showDiff(event);
    const host = this.hostLabel(event);
    const item = `(item=${event.label})`;
    const word = event.status === 'skipped' ? 'skipping' : event.status;
    const head =
      event.status === 'failed'
        ? `failed: [${host}] ${item}`
        : `${word}: [${host}] => ${item}${event.status === 'skipped' ? ' ' : ''}`;
    this.line(`${head}${this.detail(event)}`, COLOUR[event.status], this.writeOf(event));
    this.showWarnings(event);
  }

  private writeOf({ status }: Of<'host-result'> | Of<'host-item'>): ((text: string) => void) | undefined {
    return status === 'failed' || status === 'unreachable' ? this.options.writeFailure : undefined;
  }

  private result(event: Of<'host-result'>): void {
    const failed = event.status === 'failed' || event.status === 'unreachable';
    if (failed && !event.ignored) this.failures.set(event.host, failureOf(event));
    if (this.isHidden(event.status)) return;
    if (!failed && SILENT.has(event.task.action) && event.status !== 'skipped') return;
    this.taskBanner(event.task);
    if (!event.looped || event.status === 'skipped' || 'censored' in event.result) {
      if (!event.looped) this.showDiff(event);
      if (failed && this.options.showTaskPathOnFailure && this.options.verbosity < 2)
        this.line(`task path: ${formatSpan(event.task.span)}`, 'dim');
      this.line(
        `${this.word(event)}: [${this.hostLabel(event)}]${this.shout(event)}${this.detail(event)}`,
        COLOUR[event.status],
        this.writeOf(event),
      );
      if (failed) for (const line of sourceLines(event.result)) this.line(line);
      if (event.result.remedy && failed) this.line(`    do: ${event.result.remedy}`, 'warn');
    }
    this.showWarnings(event);
    if (failed && event.ignored) this.line('...ignoring', 'skip');
  }

  private word(event: Of<'host-result'>): string {
    if (event.status === 'failed' || event.status === 'unreachable') return 'fatal';
    return event.status === 'skipped' ? 'skipping' : event.status;
  }

  private shout(event: Of<'host-result'>): string {
    if (event.status === 'failed') return ': FAILED!';
    return event.status === 'unreachable' ? ': UNREACHABLE!' : '';
  }

  private showDiff(event: Of<'host-result'> | Of<'host-item'>): void {
    const { diff, changed } = event.result;
    if (!this.options.diff || !diff || !changed) return;
    const text = diffText(diff, this.options.paint, this.options.diffContext);
    if (text) this.options.write(`${text}\n`);
  }

  private showWarnings(event: Of<'host-result'> | Of<'host-item'>): void {
    // as Ansible: the same words are a warning once, not once per host
    for (const warning of event.result.warnings ?? []) {
      if (this.warned.has(warning)) continue;
      this.warned.add(warning);
      this.line(`[WARNING]: ${warning}`, 'warn');
    }
  }

  private recap(event: Of<'stats'>): void {
    if (this.hadRecap) return;
    this.hadRecap = true;
    this.banner('PLAY RECAP');
    for (const line of recapLines(event.hosts, this.options.paint)) this.options.write(`${line}\n`);
    this.options.write('\n');
    this.customStats(event.custom);
    if (this.isMarked) this.banner('DRY RUN');
    const failures = failureLines(this.failures.values(), event.hosts, this.options.paint, this.options.repeatHint);
    for (const line of failures) this.options.write(`${line}\n`);
    for (const line of claimLines(event.claims, this.options.paint)) this.options.write(`${line}\n`);
  }

  private customStats(custom: ReadonlyMap<string, unknown>): void {
    if (custom.size === 0 || !this.options.showCustomStats) return;
    this.banner('CUSTOM STATS:');
    for (const line of customStatsLines(custom)) this.line(line);
    this.line('');
  }
}

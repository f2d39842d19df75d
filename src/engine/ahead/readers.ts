import { ToaError } from '../../base/errors.ts';
import { isMapping, TemplateText, type Value, VaultText } from '../../base/value.ts';
import type { Play, Task } from '../../play/plan.ts';
import { nodesOf, tasksOf } from '../../play/walk.ts';
import { covers, isPlainLookup, type Read, readsOf } from '../../template/reads.ts';
import { DEFAULT_SYNTAX, mayHoldTemplate } from '../../template/syntax/syntax.ts';
import type { RunOptions } from '../options.ts';
import { staticsOf } from '../../play/statics.ts';
import { type PlanText, textsOfFields, textsOfTask } from './task-texts.ts';

/** Variables that the program itself reads. */
const OWN_NAME = /^(?:ansible_|toa|omit$)/;

/**
 * Who can read a registered result: every text of the plan that may still be evaluated when it is there, and of the
 * variables of the inventory. What cannot be looked through beforehand is taken to read everything
 * (docs/adr/0007-results-that-nobody-reads.md).
 */
export class Readers {
  private readonly options: RunOptions;
  /** Each with the number of the last task that may evaluate it. */
  private readonly texts: { readonly text: TemplateText; readonly until: number }[] = [];
  /** Tasks in the order of running; those before one, in another play or in this, are done when it runs. */
  private readonly numbers = new Map<Task, number>();
  private readonly verdicts = new Map<Task, readonly Read[] | undefined>();
  /** Hosts whose variables may be evaluated. */
  private readonly hosts = new Set<string>();
  /** Hosts that `--limit` leaves. */
  private readonly left: ReadonlySet<string>;
  private last = 0;
  /** The last task that may read everything. */
  private openUntil = 0;
  /** Tasks that read variables in a file of the controller (`template`). */
  readonly templateTasks: Task[] = [];
  /** Whether something else than those may read everything, at any time. */
  isOpen = false;

  constructor(options: RunOptions) {
    this.options = options;
    this.left = new Set(options.select('all'));
    const plays = options.plans.flatMap((plan) => plan.plays);
    for (const play of plays) this.addPlay(play);
    // Each playbook's folder has variables of its own.
    if (plays.some((play) => play.folder !== plays[0].folder)) this.open(Infinity);
    if (this.openUntil < Infinity) this.addInventory();
  }

  /**
   * Whether a text can read the value at `path` (keys of dicts) of a task's result, which nobody is shown unless it
   * failed. False only when that is proved.
   */
  isRead(task: Task, path: readonly string[]): boolean {
    if (!this.verdicts.has(task)) this.verdicts.set(task, this.readsOfResult(task));
    return this.verdicts.get(task)?.some((read) => covers(read, path)) ?? true;
  }

  /** Undefined: perhaps everything. */
  private readsOfResult(task: Task): readonly Read[] | undefined {
    const { register } = task;
    if (isJudged(task)) return undefined;
    // also of tasks that are not in the plan: play's facts, handlers, included ones
    if (register === undefined) return [];
    const number = this.numbers.get(task);
    if (number === undefined) return undefined;
    if (this.openUntil >= number || OWN_NAME.test(register)) return undefined;
    const found: Read[] = [];
    for (const { text, until } of this.texts) {
      if (until < number) continue;
      const reads = readsOf(text, register);
      if (!reads) return undefined;
      found.push(...reads);
    }
    return found;
  }

  /** All texts, of whatever task. */
  allTexts(): readonly TemplateText[] {
    return this.texts.map(({ text }) => text);
  }

  private open(until: number): void {
    this.isOpen = true;
    this.openUntil = Math.max(this.openUntil, until);
  }

  /** A file may change before its task comes: for results it may read everything. */
  private addTemplate(task: Task, until: number): void {
    this.templateTasks.push(task);
    this.openUntil = Math.max(this.openUntil, until);
  }

  private addPlay(play: Play): void {
    const tasks = [...tasksOf(nodesOf(play))];
    for (const task of tasks) {
      this.last++;
      if (!this.numbers.has(task)) this.numbers.set(task, this.last);
      // A job in the background may render something later.
      this.addTask(task, task.async === undefined ? this.last : Infinity, new Set());
    }
    // Handlers, and what blocks, roles and the play itself say, count until the play's end.
    const seen = new Set<unknown>(tasks);
    for (const one of [play, ...tasks.flatMap((task) => [task.parent, task.role])]) this.add(one, this.last, seen);
    this.addHosts(play.hosts);
    if (play.varsFiles.length > 0) this.open(this.last);
  }

  /** Those that the pattern names and `--limit` leaves: files of other hosts may be many, and not to be read. */
  private addHosts(pattern: Value): void {
    const patterns = Array.isArray(pattern) ? pattern : [pattern];
    if (!patterns.every((one) => typeof one === 'string')) return this.open(this.last);
    const { inventory } = this.options;
    const isLeft = (host: string): boolean => this.left.has(host) || !inventory.hosts.has(host);
    for (const host of inventory.match(patterns).filter(isLeft)) this.hosts.add(host);
  }

  private addTask(task: Task, until: number, seen: Set<unknown>): void {
    const { action, args, loop } = task;
    const beyond = this.options.verbs.get(action)?.beyond ?? [];
    if (beyond.includes('plan') || (action === 'meta' && mayRefresh(args))) this.open(Infinity);
    if (args instanceof TemplateText) this.open(until);
    else if (beyond.includes('variables')) {
      if (beyond.includes('controller-file')) this.addTemplate(task, until);
      else this.open(until);
    }
    if (loop && loop.kind !== 'loop' && !isPlainLookup(loop.kind)) this.open(until);
    for (const text of textsOfTask(task)) this.addText(text, until, seen);
  }

  /** Conditions, and arguments that are expressions. */
  private addExpressions(value: unknown, until: number): void {
    if (Array.isArray(value)) for (const one of value) this.addExpressions(one, until);
    else if (typeof value === 'string') this.open(until);
    else if (value instanceof TemplateText && !isTemplate(value.source)) this.texts.push({ text: value, until });
    else if (typeof value === 'object' && value !== null) this.open(until);
  }

  /** All texts in a value, or in a part of the plan. */
  private add(value: unknown, until: number, seen: Set<unknown>): void {
    if (typeof value !== 'object' || value === null || value instanceof VaultText || seen.has(value)) return;
    seen.add(value);
    if (value instanceof TemplateText) this.texts.push({ text: value, until });
    else if (Array.isArray(value)) for (const item of value as unknown[]) this.add(item, until, seen);
    else if (value instanceof Map) {
      for (const [key, item] of value as Map<unknown, unknown>) {
        // set_fact renders the names of facts
        this.add(key, until, seen);
        this.add(item, until, seen);
      }
    } else if (isTask(value)) {
      this.addTask(value, until, seen);
      for (const one of [value.parent, value.role]) this.add(one, until, seen);
    } else for (const text of textsOfFields(value)) this.addText(text, until, seen);
  }

  private addText({ use, value }: PlanText, until: number, seen: Set<unknown>): void {
    // A condition with braces becomes an expression that nobody knows beforehand.
    if (use === 'condition') return this.addExpressions(value, until);
    if (use === 'defaults') return value === undefined ? undefined : this.open(until);
    if (use === 'delegate') this.addDelegate(value, until);
    this.add(value, until, seen);
  }

  private addDelegate(name: unknown, until: number): void {
    if (typeof name === 'string') this.hosts.add(name);
    else if (name instanceof TemplateText) this.open(until);
  }

  private addInventory(): void {
    const seen = new Set<unknown>();
    try {
      for (const layer of [...this.hosts].flatMap((host) => this.options.variables.written(host))) {
        if (seen.has(layer)) continue;
        for (const name of layer.keys()) this.add(layer.get(name), Infinity, seen);
        seen.add(layer);
      }
    } catch (error) {
      if (!(error instanceof ToaError)) throw error;
      // a file that cannot be read: who needs it will say so
      this.open(Infinity);
    }
  }
}

const isTemplate = (source: string): boolean => mayHoldTemplate(source, DEFAULT_SYNTAX);
const isTask = (value: object): value is Task => 'kind' in value && value.kind === 'task';

/** `meta: refresh_inventory` */
function mayRefresh(args: Task['args']): boolean {
  const name = isMapping(args) ? args.get('_raw_params') : undefined;
  return typeof name !== 'string' || name.trim() === 'refresh_inventory';
}

/**
 * Whether more than the later tasks of its host sees a task's result: conditions of its own may make it a failure, which
 * is shown; a loop puts it into a list, run_once gives it to all hosts, and a job's is asked for by its number.
 */
function isJudged(task: Task): boolean {
  const { loop, until, failedWhen, changedWhen, async } = task;
  const isPlain = [loop, until, async, staticsOf(task).keywords.runOnce].every((one) => one === undefined);
  const isFixed = (changedWhen ?? []).every((one) => typeof one === 'boolean');
  return !isPlain || !isFixed || (failedWhen ?? []).some((one) => one !== false);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { ToaError } from '../../base/errors.ts';
import { failure } from '../../base/result.ts';
import type { Dict, Value } from '../../base/value.ts';
import { builtinFor } from '../builtins/index.ts';
import type { TaskInfo } from '../events.ts';
import { shareTurn } from '../../base/turns.ts';
import { visible } from './attempts.ts';
import { EarlierResults } from '../ahead/earlier-results.ts';
import { placeOf } from './errors.ts';
import { VerbRun } from './verb-run.ts';
import { Lane, type LaneSlot } from './lane.ts';
import { itemLabel, type LoopControls, loopVars } from './loop.ts';
import { itemEvent, type ItemOutcome, isUnreachable, statusOf } from './outcome.ts';
import type { TaskScope } from './scope.ts';

/** Items whose calls may be on their way at one time: what an interruption leaves unknown stays small. */
const MOST_ON_THE_WAY = 128;

/**
 * Runs the items of one task's loop. Where the verb says that it makes one call, calls of later items go out before
 * the answers of earlier ones are in; results are taken in order all the same (docs/adr/0004-pipelining.md).
 */
export class TaskLoop {
  private readonly scope: TaskScope;
  private readonly info: TaskInfo;
  private readonly items: readonly Value[];
  private readonly controls: LoopControls;
  private readonly lane: Lane | undefined;
  private readonly outcomes: ItemOutcome[] = [];
  /** Facts and the registered result of the items so far. */
  private readonly carried: Dict = new Map();
  private readonly registered: ReadonlySet<string>;
  private broken: ItemOutcome | undefined;
  private isOver = false;

  constructor(scope: TaskScope, info: TaskInfo, items: readonly Value[], controls: LoopControls) {
    this.scope = scope;
    this.info = info;
    this.items = items;
    this.controls = controls;
    this.registered = new Set(scope.task.register === undefined ? [] : [scope.task.register]);
    this.lane = mayPipeline(scope, controls) ? new Lane(scope.play.run.sessions, scope.host, false) : undefined;
  }

  /** The outcomes in order, or the one mistake in the task itself that ended the loop. */
  async run(): Promise<{ outcomes: readonly ItemOutcome[] } | { broken: ItemOutcome }> {
    try {
      return await this.all();
    } finally {
      this.lane?.release();
    }
  }

  private async all(): Promise<{ outcomes: readonly ItemOutcome[] } | { broken: ItemOutcome }> {
    const done: Promise<void>[] = [];
    for (let index = 0; index < this.items.length; index++) {
      if (index > 0 && this.controls.pauseSeconds > 0) await sleep(this.controls.pauseSeconds * 1000);
      await done[index - MOST_ON_THE_WAY];
      await shareTurn();
      if (this.isOver) break;
      const before = done[index - 1] ?? Promise.resolve();
      const slot = this.lane?.slot(before);
      done.push(this.item(index, before, slot));
      await Promise.race(slot ? [done[index], slot.passed] : [done[index]]);
    }
    await done.at(-1);
    return this.broken ? { broken: this.broken } : { outcomes: this.outcomes };
  }

  private async item(index: number, before: Promise<void>, slot: LaneSlot | undefined): Promise<void> {
    const isFirst = this.outcomes.length === index;
    const earlier = new EarlierResults(this.carried, this.registered, isFirst ? undefined : before);
    const vars = loopVars(this.items, index, this.controls);
    const at = this.scope.with(vars, earlier);
    const outcome = await new VerbRun(at, this.info, slot).run();
    if (outcome.result.skipped) slot?.pass();
    await before;
    if (!this.isOver) await this.take(at, vars, outcome);
  }

  /** Takes in one item's outcome, those of the items before being in. */
  private async take(at: TaskScope, vars: Dict, outcome: ItemOutcome): Promise<void> {
    if (outcome.isBroken) {
      this.broken = outcome;
      this.isOver = true;
      return;
    }
    const item = await this.named(at, vars, outcome);
    report(this.scope, this.info, item);
    this.outcomes.push(item);
    for (const [name, value] of visible(item.result, this.scope)) this.carried.set(name, value);
    const isLost = isUnreachable(item.result) && !item.ignoreUnreachable;
    if (isLost || this.scope.play.run.isInterrupted) this.isOver = true;
  }

  /** With its loop variables and what is shown of it. */
  private async named(at: TaskScope, vars: Dict, outcome: ItemOutcome): Promise<ItemOutcome> {
    let { result } = outcome;
    for (const [name, value] of vars) result[String(name)] = value;
    let label = '';
    try {
      label = await itemLabel(at, this.controls);
    } catch (error) {
      if (!(error instanceof ToaError)) throw error;
      result = failure(`Failed to template loop_control.label: ${error.message}`, { ...result, ...placeOf(error) });
      result.failed = true;
    }
    return { ...outcome, result, loopVars: vars, label };
  }
}

function mayPipeline({ task, statics, play }: TaskScope, { pauseSeconds }: LoopControls): boolean {
  const verb = play.run.options.verbs.get(task.action);
  if (!verb || verb.exclusive || builtinFor(task.action)) return false;
  if (pauseSeconds > 0 || (play.run.settings.taskTimeoutSeconds ?? 0) > 0) return false;
  const { delegateTo, ignoreUnreachable, timeout } = statics.keywords;
  return [task.until, task.async, task.poll, delegateTo, ignoreUnreachable, timeout].every((one) => one === undefined);
}

/** add_host and group_by are told when they have been carried out, includes when they are loaded. */
const REPORTED_LATER = new Set(['add_host', 'group_by', 'include_tasks', 'include_role']);

function report({ play, host, task }: TaskScope, info: TaskInfo, item: ItemOutcome): void {
  const status = statusOf(item.result);
  const isGood = status === 'ok' || status === 'changed';
  if (isGood && REPORTED_LATER.has(task.action)) return;
  play.run.emitter.emit(itemEvent(info, host, item, status));
}

import { TemplateText } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import type { TaskInfo } from '../events.ts';
import type { PlayBatch } from '../play/play-batch.ts';
import { beginTask, endTask } from '../task/run-task.ts';
import { shareTurn } from '../../base/turns.ts';
import { EarlierResults } from './earlier-results.ts';
import { executeTask } from '../task/execute.ts';
import { Lane, type LaneSlot } from '../task/lane.ts';
import type { HostTask } from '../task/scope.ts';
import { staticsOf } from '../../play/statics.ts';

/**
 * One host's way through tasks that wait for no other host. Where the status of a task's only call tells whether it
 * failed, the call of the next task goes out behind it at once, and the host runs it only when the one before went well.
 */
export class HostChain {
  private readonly play: PlayBatch;
  private readonly tasks: readonly Task[];
  private readonly infos: readonly TaskInfo[];
  private readonly host: string;
  private readonly reach: (index: number) => void;
  private readonly lane: Lane;
  /** What the tasks so far register. */
  private readonly registered = new Set<string>();
  private ended = 0;
  /** A task's time counts from when the one before it had ended. */
  private endedAt = performance.now();

  /**
   * @param infos those of tasks beyond the first may come later, before `count` is there
   * @param reach told when the host is done with all tasks before one
   */
  constructor(
    play: PlayBatch,
    tasks: readonly Task[],
    infos: readonly TaskInfo[],
    host: string,
    reach: (index: number) => void,
  ) {
    this.play = play;
    this.tasks = tasks;
    this.infos = infos;
    this.host = host;
    this.reach = reach;
    this.lane = new Lane(play.run.sessions, host, true);
  }

  /**
   * @param count how many of the tasks there are for it; the first is begun before that is known
   * @returns false when the host failed on the way, or the run was interrupted
   */
  async run(count: Promise<number>): Promise<boolean> {
    const done: Promise<void>[] = [];
    try {
      for (const [index, task] of this.tasks.entries()) {
        if (index > 0 && index >= (await count)) break;
        const before = done[index - 1] ?? Promise.resolve();
        await shareTurn();
        const slot = mayBeginEarly(this.play, task) ? this.lane.slot(before) : undefined;
        if (!slot) {
          await before;
          this.lane.release();
        }
        if (this.isStopped) break;
        const one = this.task(index, before, slot);
        // Waited for below, or by the one behind it; until then a failure must not count as nobody's.
        one.catch(() => undefined);
        done.push(one);
        if (task.register !== undefined) this.registered.add(task.register);
        await Promise.race(slot && isToldByStatus(this.play, task) ? [one, slot.passed] : [one]);
      }
      await done.at(-1);
      return !this.isStopped;
    } finally {
      this.lane.release();
    }
  }

  private get isStopped(): boolean {
    return this.lane.isOver || this.play.run.isInterrupted;
  }

  private async task(index: number, before: Promise<void>, slot: LaneSlot | undefined): Promise<void> {
    const { play, host } = this;
    const at: HostTask = { play, host, task: this.tasks[index], info: this.infos[index], runOnce: false };
    const isEarly = slot !== undefined && this.ended < index;
    const earlier = new EarlierResults(new Map(), new Set(this.registered), isEarly ? before : undefined);
    let outcome = await beginTask(at, slot && { slot, earlier });
    await before;
    if (this.lane.isOver) {
      if (at.task.notify) play.pendingOf(host).done(at.task, slot?.isDropped ? 'unchanged' : 'unknown');
      return;
    }
    // What was rendered early without a call (a skip, a mistake) may look different now.
    const isVoid = isEarly && (slot.isDropped || !slot.hasCalled);
    if (isVoid && !play.run.isInterrupted) {
      outcome = await executeTask(at, { slot: this.lane.slot(Promise.resolve()), earlier });
    }
    // The first was taken with the step.
    if (index > 0) play.cursor(host).take();
    this.reach(index);
    const now = performance.now();
    const milliseconds = Math.min(outcome.milliseconds, Math.round(now - this.endedAt));
    this.endedAt = now;
    const { failed, unreachable } = endTask(at, { ...outcome, milliseconds });
    if (failed || unreachable) this.lane.isOver = true;
    this.ended++;
  }
}

/** Whether a task may be rendered, and its call sent, before those before it are done. */
function mayBeginEarly(play: PlayBatch, task: Task): boolean {
  const verb = play.run.options.verbs.get(task.action);
  const { timeout, ignoreUnreachable } = staticsOf(task).keywords;
  if (!verb || verb.controllerOnly || (play.run.settings.taskTimeoutSeconds ?? 0) > 0) return false;
  if ([task.loop, task.until, timeout, ignoreUnreachable].some((value) => value !== undefined)) return false;
  if (!verb.beyond.includes('controller-file')) return true;
  // An earlier task may write that file, when the controller is a host too.
  return !(task.args instanceof TemplateText || task.args.has('src') || task.args.has('_raw_params'));
}

/** Whether nothing but the status of its call decides if a task has failed, and nothing follows from its result. */
function isToldByStatus(play: PlayBatch, task: Task): boolean {
  const isFixed = (task.changedWhen ?? []).every((condition) => typeof condition === 'boolean');
  const isKnown = (task.notify ?? []).every((name) => typeof name === 'string' && play.handlers.knows(name));
  return task.failedWhen === undefined && isFixed && isKnown;
}

import type { Task } from '../../play/plan.ts';
import type { HostResult } from '../task/complete.ts';
import { comparePositions, type Position } from '../play/cursor.ts';
import { processIncludes } from '../play/includes.ts';
import { runMeta } from '../play/meta.ts';
import type { PlayBatch } from '../play/play-batch.ts';
import { runTaskOnHost } from '../task/run-task.ts';
import { forEachLimited } from '../hosts/semaphore.ts';
import { asBoolean, asInteger } from '../task/keywords.ts';
import { TaskScope } from '../task/scope.ts';
import { staticsOf } from '../../play/statics.ts';
import { ownTasks } from '../ahead/host-local.ts';
import { runAhead } from '../ahead/run-ahead.ts';
import { isStepTaken } from './step.ts';

interface Step {
  readonly task: Task;
  readonly hosts: string[];
  /** The task and those that follow it, when all hosts stand here. */
  readonly upcoming: readonly Task[];
}

/** The earliest next task of all hosts, and the hosts that stand at it. Those hosts then stand behind it. */
function nextStep(play: PlayBatch, hosts: readonly string[]): Step | undefined {
  let best: Position | undefined;
  let task: Task | undefined;
  let at: string[] = [];
  let standing = 0;
  for (const host of hosts) {
    const next = play.cursor(host).peek();
    if (!next) continue;
    standing++;
    const position = play.cursor(host).position();
    const order = best === undefined ? -1 : comparePositions(position, best);
    if (order > 0) continue;
    if (order < 0) [best, task, at] = [position, next, []];
    at.push(host);
  }
  if (!task) return undefined;
  const upcoming = at.length === standing ? play.cursor(at[0]).upcoming() : [task];
  for (const host of at) play.cursor(host).take();
  return { task, hosts: at, upcoming };
}

interface Modes {
  readonly runOnce: boolean;
  /** An error on one host is an error of all. */
  readonly isFatal: boolean;
  readonly atOneTime: number;
}

async function modesOf(play: PlayBatch, { task, hosts }: Step): Promise<Modes> {
  const { keywords } = staticsOf(task);
  const { settings } = play.run;
  const isPlain =
    keywords.runOnce === undefined && keywords.anyErrorsFatal === undefined && keywords.throttle === undefined;
  const once = play.run.options.verbs.get(task.action)?.beyond.includes('all-hosts') === true;
  if (isPlain && !once && !settings.anyErrorsFatal)
    return { runOnce: false, isFatal: false, atOneTime: settings.forks };
  const scope = new TaskScope({ play, task, host: hosts[0] });
  const runOnce = once || asBoolean(await scope.render(keywords.runOnce));
  const fatal = keywords.anyErrorsFatal ?? settings.anyErrorsFatal ?? false;
  const isIgnored = asBoolean(await scope.render(keywords.ignoreErrors));
  const throttle = asInteger(await scope.render(keywords.throttle), 'throttle', task.span, 0);
  return {
    runOnce,
    isFatal: (runOnce || asBoolean(await scope.render(fatal))) && !isIgnored,
    atOneTime: throttle > 0 ? Math.min(throttle, settings.forks) : settings.forks,
  };
}

async function runStep(play: PlayBatch, step: Step, modes: Modes): Promise<HostResult[]> {
  const { task, hosts } = step;
  const targets = modes.runOnce ? hosts.slice(0, 1) : hosts;
  const info = play.taskInfo(task, targets[0]);
  if (!(await isStepTaken(play, info))) return [];
  play.run.emitter.emit({ type: 'task-start', task: info, hosts: [...targets] });
  const results: HostResult[] = [];
  await forEachLimited(targets, modes.atOneTime, async (host) => {
    if (play.run.isInterrupted) return;
    results.push(await runTaskOnHost({ play, task, info, host, runOnce: modes.runOnce }));
  });
  const order = new Map(hosts.map((host, index) => [host, index]));
  return results.sort((a, b) => (order.get(a.host) as number) - (order.get(b.host) as number));
}

/** any_errors_fatal: hosts that are not on their way to a rescue or always are given up. */
function giveUpOthers(play: PlayBatch, results: readonly HostResult[]): boolean {
  const isBad = results.some((one) => one.unreachable || (one.failed && play.cursor(one.host).hasFailed));
  if (!isBad) return false;
  let hasGivenUp = false;
  for (const host of play.hostsLeft()) {
    if (play.cursor(host).isRecovering) continue;
    play.run.hosts.giveUp(host);
    hasGivenUp = true;
  }
  return hasGivenUp;
}

/** max_fail_percentage: too many failed, so the others are failed too. */
function exceedsMost(play: PlayBatch, percentage: number | undefined): boolean {
  if (percentage === undefined || play.run.hosts.failedCount / play.batch.length <= percentage / 100) return false;
  for (const host of play.hostsLeft()) {
    if (!play.run.hosts.hasFailed(host)) play.cursor(host).fail();
    play.run.hosts.giveUp(host);
  }
  return true;
}

/** The tasks of a step: more than its own where hosts need perhaps not wait for one another (docs/adr/0004-pipelining.md). */
function tasksOf(play: PlayBatch, { task, hosts, upcoming }: Step, isWatched: boolean): readonly Task[] {
  if (isWatched || play.run.isStepping || play.run.settings.anyErrorsFatal) return [task];
  return ownTasks(play, upcoming, hosts);
}

/**
 * The linear strategy: each task on all hosts before the next one, or as if. Hosts meet again behind rescues and
 * includes, because always the earliest task in the play runs next.
 * @returns true when the play is broken off (any_errors_fatal, max_fail_percentage)
 */
export async function runLinear(play: PlayBatch, maxFailPercentage: number | undefined): Promise<boolean> {
  let isBroken = false;
  while (!play.run.isInterrupted) {
    const left = play.hostsLeft();
    const step = nextStep(play, left);
    if (!step) break;
    if (step.task.action === 'meta') {
      await runMeta(play, step.task, step.hosts);
      continue;
    }
    const tasks = tasksOf(play, step, maxFailPercentage !== undefined);
    if (tasks.length > 1) {
      await runAhead(play, tasks, step.hosts);
      continue;
    }
    const modes = await modesOf(play, step);
    const results = await runStep(play, step, modes);
    await processIncludes(play, results);
    if (modes.isFatal && giveUpOthers(play, results)) isBroken = true;
    if (results.length > 0 && exceedsMost(play, maxFailPercentage)) isBroken = true;
    if (isBroken && play.run.hosts.failedCount >= left.length) {
      play.run.emitter.emit({ type: 'no-hosts-remaining' });
      return true;
    }
  }
  return isBroken;
}

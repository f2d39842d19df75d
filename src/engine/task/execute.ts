import type { ModuleResult } from '../../base/result.ts';
import type { Value } from '../../base/value.ts';
import type { TaskInfo } from '../events.ts';
import { resultOfError } from './errors.ts';
import type { EarlierResults } from '../ahead/earlier-results.ts';
import { VerbRun } from './verb-run.ts';
import type { LaneSlot } from './lane.ts';
import { TaskLoop } from './task-loop.ts';
import { type LoopControls, loopControls, loopItems } from './loop.ts';
import { type ItemOutcome, isFailed, isUnreachable, type TaskOutcome } from './outcome.ts';
import { type HostTask, TaskScope } from './scope.ts';

/** For a task that begins before those before it are done. */
export interface EarlyStart {
  readonly slot: LaneSlot;
  readonly earlier: EarlierResults;
}

/** Runs one task on one host, with its loop. Never throws for what a user or a host did wrong. */
export async function executeTask(at: HostTask, early?: EarlyStart): Promise<TaskOutcome> {
  const begun = performance.now();
  const scope = new TaskScope(at, undefined, early?.earlier);
  let items: Value[] | undefined;
  let loopError: unknown;
  try {
    items = await loopItems(scope);
  } catch (error) {
    loopError = error;
  }
  const outcome = items
    ? await looped(scope, at.info, items)
    : single(await new VerbRun(scope, at.info, early?.slot).run(loopError));
  return { ...outcome, milliseconds: Math.round(performance.now() - begun) };
}

type Timeless = Omit<TaskOutcome, 'milliseconds'>;

function single(item: ItemOutcome): Timeless {
  return { ...item, items: [item], isLooped: false };
}

const EMPTY: ModuleResult = {
  changed: false,
  skipped: true,
  skipped_reason: 'No items in the list',
  results: [],
};

async function looped(scope: TaskScope, info: TaskInfo, items: readonly Value[]): Promise<Timeless> {
  const base = { ignoreErrors: false, ignoreUnreachable: false, noLog: info.noLog, isLooped: true };
  if (items.length === 0) return { ...base, result: { ...EMPTY }, items: [] };
  let controls: LoopControls;
  try {
    controls = await loopControls(scope);
  } catch (error) {
    return { ...base, isLooped: false, result: resultOfError(error, scope.task.span), items: [] };
  }
  warnIfTaken(scope, controls.loopVar);
  const ran = await new TaskLoop(scope, info, items, controls).run();
  return 'broken' in ran ? single(ran.broken) : collect(ran.outcomes);
}

function warnIfTaken({ scope, play, task }: TaskScope, loopVar: string): void {
  if (scope.lookup(loopVar) === undefined) return;
  play.run.emitter.warn(
    `${task.actionAsWritten} at ${task.span.file}:${task.span.line}: The loop variable '${loopVar}' is already in use. You should set the \`loop_var\` value in the \`loop_control\` option for the task to something else to avoid variable collisions and unexpected behavior.`,
  );
}

function collect(items: readonly ItemOutcome[]): Timeless {
  const result: ModuleResult = { results: items.map((item) => item.result), changed: false };
  result.skipped = items.every((item) => item.result.skipped === true);
  result.changed = items.some((item) => Boolean(item.result.changed));
  const failed = items.filter((item) => item.result.failed);
  if (failed.length > 0) {
    result.failed = true;
    result.msg = 'One or more items failed';
  } else result.msg = result.skipped ? 'All items skipped' : 'All items completed';
  const warnings = items.flatMap((item) => item.result.warnings ?? []);
  if (warnings.length > 0) result.warnings = warnings;
  for (const item of items) delete item.result.warnings;
  const last = items[items.length - 1];
  return {
    result,
    items,
    isLooped: true,
    ignoreErrors: items.filter((item) => isFailed(item.result)).every((item) => item.ignoreErrors),
    ignoreUnreachable: items.filter((item) => isUnreachable(item.result)).every((item) => item.ignoreUnreachable),
    noLog: items.some((item) => item.noLog),
    delegateTo: last.delegateTo,
  };
}

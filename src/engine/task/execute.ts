import { setTimeout as sleep } from 'node:timers/promises';
import { failure, type ModuleResult } from '../../base/result.ts';
import type { Dict, Value } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import type { HostStatus, TaskInfo } from '../events.ts';
import type { PlayRun } from '../play-run.ts';
import { describe, resultOfError } from './errors.ts';
import { visible } from './attempts.ts';
import { ItemRun } from './item.ts';
import { itemLabel, type LoopControls, loopControls, loopItems, loopVars } from './loop.ts';
import { censored, type ItemOutcome, isFailed, isUnreachable, statusOf, type TaskOutcome } from './outcome.ts';
import { TaskScope } from './scope.ts';
import { ToaError } from '../../base/errors.ts';

/** Runs one task on one host, with its loop. Never throws for what a user or a host did wrong. */
export async function executeTask(play: PlayRun, task: Task, host: string, info: TaskInfo): Promise<TaskOutcome> {
  const begun = performance.now();
  const scope = new TaskScope(play, task, host);
  let items: Value[] | undefined;
  let loopError: unknown;
  try {
    items = await loopItems(scope);
  } catch (error) {
    loopError = error;
  }
  const outcome = items ? await looped(scope, info, items) : single(await new ItemRun(scope, info).run(loopError));
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
  const outcomes: ItemOutcome[] = [];
  /** Facts and the registered result of the items before: `x: "{{ x | default([]) + [item] }}"` adds up. */
  const carried: Dict = new Map();
  for (let index = 0; index < items.length; index++) {
    if (index > 0 && controls.pauseSeconds > 0) await sleep(controls.pauseSeconds * 1000);
    const outcome = await oneItem(carried.size > 0 ? scope.with(carried) : scope, info, items, index, controls);
    if (outcome.isBroken) return single(outcome);
    outcomes.push(outcome);
    for (const [name, value] of visible(outcome.result, scope)) carried.set(name, value);
    if (scope.play.run.isInterrupted) break;
    if (isUnreachable(outcome.result) && !outcome.ignoreUnreachable) break;
  }
  return collect(outcomes);
}

async function oneItem(
  scope: TaskScope,
  info: TaskInfo,
  items: readonly Value[],
  index: number,
  controls: LoopControls,
): Promise<ItemOutcome> {
  const vars = loopVars(items, index, controls);
  const at = scope.with(vars);
  const outcome = await new ItemRun(at, info).run();
  let { result } = outcome;
  if (outcome.isBroken) return outcome;
  for (const [name, value] of vars) result[String(name)] = value;
  let label = '';
  try {
    label = await itemLabel(at, controls);
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    result = failure(`Failed to template loop_control.label: ${describe(error)}`, result);
    result.failed = true;
  }
  const item: ItemOutcome = { ...outcome, result, loopVars: vars, label };
  report(scope, info, item);
  return item;
}

/** add_host and group_by are told when they have been carried out, includes when they are loaded. */
const REPORTED_LATER = new Set(['add_host', 'group_by', 'include_tasks', 'include_role']);

function report({ play, host, task }: TaskScope, info: TaskInfo, item: ItemOutcome): void {
  const status: HostStatus = statusOf(item.result);
  const isGood = status === 'ok' || status === 'changed';
  if (isGood && REPORTED_LATER.has(task.action)) return;
  play.run.emitter.emit({
    type: 'host-item',
    task: info,
    host,
    label: item.noLog ? '(censored due to no_log)' : (item.label ?? ''),
    status,
    ignored: status === 'failed' ? item.ignoreErrors : status === 'unreachable' && item.ignoreUnreachable,
    result: item.noLog ? censored(item.result) : item.result,
  });
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

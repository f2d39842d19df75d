import type { Value } from '../../base/value.ts';
import { fromJs } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import { formatSpan } from '../../base/span.ts';
import { applyEffects, applyRegister, handlerRan, registered } from './effects.ts';
import { isInclude } from '../builtins/index.ts';
import { isFailed, isSkipped, isUnreachable, itemEvent, statusOf, type TaskOutcome } from './outcome.ts';
import type { HostTask } from './scope.ts';

/** A task's outcome on one host, with what the strategy needs to know of it. */
export interface HostResult {
  readonly host: string;
  readonly task: Task;
  readonly outcome: TaskOutcome;
  readonly failed: boolean;
  readonly unreachable: boolean;
}

/** ansible_failed_task, as far as playbooks read it. */
function failedTask({ task, info }: HostTask): Value {
  const role = task.role ? `${task.role.name} : ` : '';
  return fromJs({
    name: task.name === undefined ? '' : info.name.slice(info.name.startsWith(role) ? role.length : 0),
    action: task.actionAsWritten,
    args: task.args,
    tags: task.tags ?? [],
    path: formatSpan(task.span),
    register: task.register ?? null,
  });
}

function fail(at: HostTask, outcome: TaskOutcome): void {
  const { play, host, runOnce } = at;
  const { run } = play;
  const isRescuable = play.cursor(host).isRescuable;
  run.hosts.fail(host, runOnce ? play.hostsLeft() : undefined);
  if (isRescuable) {
    run.stats.count(host, 'rescued');
    run.hosts.rescue(host);
    const facts = new Map<Value, Value>([
      ['ansible_failed_task', failedTask(at)],
      ['ansible_failed_result', registered(outcome.result)],
    ]);
    run.options.variables.setVars(host, facts);
  } else {
    run.stats.count(host, 'failed');
  }
}

function countIgnored({ play, host }: HostTask, outcome: TaskOutcome): void {
  play.run.stats.count(host, 'ok', 'ignored', ...(outcome.result.changed ? (['changed'] as const) : []));
}

/**
 * Takes in what a task did on a host: state of the host, counters as ansible-playbook counts them, variables,
 * notifications, events.
 */
export function completeTask(at: HostTask, outcome: TaskOutcome): HostResult {
  const { play, task, host } = at;
  const { stats, hosts } = play.run;
  const { result } = outcome;
  const failed = isFailed(result);
  const unreachable = !failed && isUnreachable(result);
  const skipped = !failed && !unreachable && isSkipped(result);
  if (failed) {
    if (outcome.ignoreErrors) countIgnored(at, outcome);
    else fail(at, outcome);
  } else if (unreachable) {
    if (outcome.ignoreUnreachable) stats.count(host, 'ok', 'ignored');
    else {
      hosts.lose(host);
      stats.count(host, 'unreachable');
    }
  } else if (skipped) stats.count(host, 'skipped');
  else {
    applyEffects(at, outcome);
    if (!isInclude(task)) stats.count(host, 'ok', ...(result.changed ? (['changed'] as const) : []));
  }
  if (!skipped && !unreachable) play.roles.ran(task, host);
  applyRegister(at, outcome);
  settleHandlers(at, outcome, failed, unreachable);
  announce(at, outcome);
  return {
    host,
    task,
    outcome,
    failed: failed && !outcome.ignoreErrors,
    unreachable: unreachable && !outcome.ignoreUnreachable,
  };
}

/** What becomes of notifications that are kept on the host. */
function settleHandlers(at: HostTask, { result }: TaskOutcome, failed: boolean, unreachable: boolean): void {
  const { play, task, host, runOnce } = at;
  if (task.notify) {
    const isUnknown = unreachable || (failed && play.run.isInterrupted);
    play.pendingOf(host).done(task, isUnknown ? 'unknown' : result.changed && !failed ? 'changed' : 'unchanged');
  }
  if (!task.isHandler) return;
  for (const one of runOnce ? play.batch : [host]) handlerRan({ play, task, host: one }, failed || unreachable);
}

function announce(at: HostTask, outcome: TaskOutcome): void {
  const status = statusOf(outcome.result);
  reportLateItems(at, outcome);
  at.play.run.emitter.emit({
    type: 'host-result',
    task: at.info,
    host: at.host,
    status,
    ignored: status === 'failed' ? outcome.ignoreErrors : status === 'unreachable' && outcome.ignoreUnreachable,
    delegatedTo: outcome.delegateTo,
    looped: outcome.isLooped && outcome.items.length > 0,
    result: outcome.result,
    hidden: outcome.noLog,
    milliseconds: outcome.milliseconds,
  });
}

/** Items of add_host and group_by are told now that it is known whether they changed something. */
function reportLateItems({ play, task, info, host }: HostTask, outcome: TaskOutcome): void {
  if (!outcome.isLooped || (task.action !== 'add_host' && task.action !== 'group_by')) return;
  for (const item of outcome.items) {
    const status = statusOf(item.result);
    if (status === 'ok' || status === 'changed') play.run.emitter.emit(itemEvent(info, host, item, status));
  }
}

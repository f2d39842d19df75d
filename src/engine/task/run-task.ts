import type { Task } from '../../play/plan.ts';
import { completeTask, type HostResult } from './complete.ts';
import type { TaskInfo } from '../events.ts';
import type { PlayRun } from '../play/play-run.ts';
import { failure } from '../../base/result.ts';
import { type EarlyStart, executeTask } from './execute.ts';
import type { TaskOutcome } from './outcome.ts';

function interrupted(outcome: TaskOutcome): TaskOutcome {
  const { result } = outcome;
  if (!result.failed && !result.unreachable) return outcome;
  return {
    ...outcome,
    result: failure('interrupted: the task was cut off; what it had done until then stays', {
      ...result,
      msg: 'interrupted: the task was cut off; what it had done until then stays',
      code: 'E_INTERRUPTED',
      remedy: 'run the playbook again: tasks that are done change nothing',
    }),
  };
}

/** Begins a task on one host; its outcome is still to be taken in. */
export function beginTask(
  play: PlayRun,
  task: Task,
  info: TaskInfo,
  host: string,
  early?: EarlyStart,
): Promise<TaskOutcome> {
  play.run.hosts.reach(host);
  play.run.emitter.emit({ type: 'host-start', task: info, host });
  return executeTask(play, task, host, info, early);
}

/** Takes in what a task did on a host. */
export function endTask(
  play: PlayRun,
  task: Task,
  info: TaskInfo,
  host: string,
  outcome: TaskOutcome,
  runOnce = false,
): HostResult {
  return completeTask(play, task, info, host, play.run.isInterrupted ? interrupted(outcome) : outcome, runOnce);
}

/** Runs a task on one host and takes in its result. */
export async function runTaskOnHost(
  play: PlayRun,
  task: Task,
  info: TaskInfo,
  host: string,
  runOnce: boolean,
): Promise<HostResult> {
  return endTask(play, task, info, host, await beginTask(play, task, info, host), runOnce);
}

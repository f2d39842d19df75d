import { completeTask, type HostResult } from './complete.ts';
import { failure } from '../../base/result.ts';
import { type EarlyStart, executeTask } from './execute.ts';
import type { TaskOutcome } from './outcome.ts';
import type { HostTask } from './scope.ts';

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
export function beginTask(at: HostTask, early?: EarlyStart): Promise<TaskOutcome> {
  const { run } = at.play;
  run.hosts.reach(at.host);
  run.emitter.emit({ type: 'host-start', task: at.info, host: at.host });
  return executeTask(at, early);
}

/** Takes in what a task did on a host. */
export function endTask(at: HostTask, outcome: TaskOutcome): HostResult {
  return completeTask(at, at.play.run.isInterrupted ? interrupted(outcome) : outcome);
}

/** Runs a task on one host and takes in its result. */
export async function runTaskOnHost(at: HostTask): Promise<HostResult> {
  return endTask(at, await beginTask(at));
}

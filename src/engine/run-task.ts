import type { Task } from '../play/plan.ts';
import { completeTask, type HostResult } from './complete.ts';
import type { TaskInfo } from './events.ts';
import type { PlayRun } from './play-run.ts';
import { failure } from '../base/result.ts';
import { executeTask } from './task/execute.ts';
import type { TaskOutcome } from './task/outcome.ts';

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

/** Runs a task on one host and takes in its result. */
export async function runTaskOnHost(
  play: PlayRun,
  task: Task,
  info: TaskInfo,
  host: string,
  runOnce: boolean,
): Promise<HostResult> {
  play.run.reached.add(host);
  play.run.emitter.emit({ type: 'host-start', task: info, host });
  const outcome = await executeTask(play, task, host, info);
  const told = play.run.isInterrupted ? interrupted(outcome) : outcome;
  return completeTask(play, task, info, host, told, runOnce);
}

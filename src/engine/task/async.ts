import { setTimeout as sleep } from 'node:timers/promises';
import { failure, type ModuleResult } from '../../base/result.ts';
import type { Job } from '../run-state.ts';
import type { TaskScope } from './scope.ts';

interface AsyncTimes {
  readonly asyncSeconds: number;
  readonly pollSeconds: number;
}

let jobs = 0;

function started(job: Job): ModuleResult {
  return { started: 1, finished: 0, ansible_job_id: job.id, results_file: '', changed: true };
}

function finished(job: Job, result: ModuleResult): ModuleResult {
  return { ...result, started: 1, finished: 1, ansible_job_id: job.id };
}

/**
 * Runs a task beside the others (`async`): with `poll` it is waited for, at most `async` seconds; with `poll: 0` the
 * play goes on and async_status asks for it. For verbs of several calls, which cannot go on without us (see startJob):
 * the run ends when they have. See
 * https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_async.html
 */
export async function inBackground(
  { play, host, task }: TaskScope,
  work: () => Promise<ModuleResult>,
  abort: AbortController,
  { asyncSeconds, pollSeconds }: AsyncTimes,
): Promise<ModuleResult> {
  const id = `j${process.pid}.${++jobs}`;
  const done = withinTime(work(), abort, asyncSeconds, lateResult(task.action, asyncSeconds));
  const job: Job = { id, host, done };
  play.run.jobs.set(`${host}\0${id}`, job);
  void done.then((result) => (job.result = result));
  if (pollSeconds <= 0) return started(job);
  const result = await done;
  play.run.jobs.delete(`${host}\0${id}`);
  return finished(job, result);
}

/** The result of `work`; when it takes longer than `seconds`, it is aborted and `late` is the result. */
export async function withinTime(
  work: Promise<ModuleResult>,
  abort: AbortController,
  seconds: number,
  late: ModuleResult,
): Promise<ModuleResult> {
  const timer = new AbortController();
  const over = sleep(seconds * 1000, 'over' as const, { signal: timer.signal }).catch(() => 'over' as const);
  const first = await Promise.race([work, over]);
  timer.abort();
  if (first !== 'over') return first;
  abort.abort();
  return late;
}

function lateResult(action: string, seconds: number): ModuleResult {
  return failure(`async task did not complete within the requested time - ${seconds}s`, {
    code: 'E_TASK_TIMEOUT',
    remedy: `raise async: for this ${action}, or use poll: 0 and async_status`,
  });
}

/** What async_status answers for a job that lives in this run, or undefined. */
export function statusOfJob({ play, host }: TaskScope, id: string, mode: string): ModuleResult | undefined {
  const key = `${host}\0${id}`;
  const job = play.run.jobs.get(key);
  if (!job) return undefined;
  if (mode === 'cleanup') {
    play.run.jobs.delete(key);
    return { ansible_job_id: id, erased: id, changed: false };
  }
  if (!job.result) return { ansible_job_id: id, started: 1, finished: 0, changed: false };
  return finished(job, job.result);
}

import type { PlannedPlaybook, RunOptions, RunOutcome } from './options.ts';
import { PlayRunner } from './play/play.ts';
import { RunState } from './run-state.ts';

/** ansible-playbook's exit code for a user's interrupt. */
const INTERRUPTED = 99;

async function runPlaybook(run: RunState, { file, plays }: PlannedPlaybook): Promise<number> {
  run.emitter.emit({ type: 'playbook-start', file });
  let code = 0;
  for (const play of plays) {
    if (run.isInterrupted) break;
    // A play of an imported playbook has the folder of its own file.
    run.options.variables.setPlaybookDir?.(play.folder);
    const outcome = await new PlayRunner(run, play).execute();
    code = outcome.code ?? code;
    if (outcome.isLast) break;
  }
  return code;
}

/** Background jobs that nobody asked about are let end, within their own time limits. */
async function awaitJobs(run: RunState): Promise<void> {
  if (!run.isInterrupted) await Promise.allSettled([...run.jobs.values()].map((job) => job.done));
}

function outcomeOf(run: RunState, exitCode: number, endedIn: string): RunOutcome {
  return {
    endedIn,
    exitCode,
    counters: run.stats.hosts,
    custom: run.stats.custom,
    ...run.hosts.summary(),
    interrupted: run.isInterrupted,
  };
}

/**
 * Runs playbooks on their hosts. What a host does wrong is counted, never thrown.
 * @returns counters, the exit code as ansible-playbook's (0; 2 failed hosts; 4 unreachable hosts, also when others
 * failed; 99 interrupted), and which hosts failed or were never reached
 * @throws ToaError for a mistake in a playbook that shows only while running (unknown handler, invalid included file);
 * sessions are closed before
 */
export async function runPlan(options: RunOptions): Promise<RunOutcome> {
  const run = new RunState(options);
  run.emitter.emit({ type: 'run-start', playbooks: options.plans.map((plan) => plan.file) });
  let code = 0;
  let file = '';
  let isBroken = false;
  try {
    for (const plan of options.plans) {
      file = plan.file;
      code = await runPlaybook(run, plan);
      if (code !== 0 || run.isInterrupted) break;
    }
    await awaitJobs(run);
    if (run.isInterrupted) code = INTERRUPTED;
    return outcomeOf(run, code, file);
  } catch (error) {
    code = 1;
    isBroken = true;
    throw error;
  } finally {
    await run.locks.releaseAll();
    await run.sessions.closeAll();
    // As ansible-playbook: a run that a mistake in the playbook ends has no recap.
    if (!isBroken) {
      const { hosts, custom } = run.stats;
      run.emitter.emit({ type: 'stats', hosts, custom, claims: run.claims.ended() });
    }
    run.emitter.emit({ type: 'run-end', exitCode: code, interrupted: run.isInterrupted });
  }
}

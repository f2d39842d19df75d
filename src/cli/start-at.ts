import { nearNames, ToaError } from '../base/errors.ts';
import { isNamed } from '../engine/play/start-at.ts';
import type { PlannedPlaybook } from '../engine/options.ts';
import { nodesOf, tasksOf } from '../play/walk.ts';
import { sourceOf } from './listing.ts';

/**
 * Whether `--start-at-task` names a task that there is: else a run would do nothing and look well.
 * @throws ToaError E_START_TASK
 */
export function checkStart(wanted: string | undefined, plans: readonly PlannedPlaybook[]): void {
  if (wanted === undefined) return;
  const plays = plans.flatMap((plan) => plan.plays);
  const tasks = plays.flatMap((play) => [...tasksOf(nodesOf(play))]);
  if (tasks.some((task) => isNamed(task, wanted))) return;
  const near = nearNames(wanted, new Set(tasks.map(({ name }) => sourceOf(name))));
  throw new ToaError('E_START_TASK', `no task is named ${JSON.stringify(wanted)}`, {
    remedy:
      near.length > 0
        ? `did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`
        : '--list-tasks shows all; tasks that are included while the run goes on cannot be begun at',
  });
}

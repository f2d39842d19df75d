import type { Play, Task } from '../../play/plan.ts';
import { nodesOf, tasksOf } from '../../play/walk.ts';

/** A task whose tags are not known yet may run. */
function mayRun(task: Task, isChosen: (task: Task) => boolean): boolean {
  try {
    return isChosen(task);
  } catch {
    return true;
  }
}

/** How many tasks a play has when nothing is rescued, without `meta` and what is included while it runs. */
export function countTasks(play: Play, isChosen: (task: Task) => boolean): number {
  const tasks = [...tasksOf(nodesOf(play), ['tasks', 'always'])];
  return tasks.filter((task) => task.action !== 'meta' && mayRun(task, isChosen)).length;
}

import type { Node, Play, Task } from '../../play/plan.ts';

function* tasksOf(nodes: readonly Node[]): Generator<Task> {
  for (const node of nodes) {
    if (node.kind === 'task') yield node;
    else for (const part of [node.tasks, node.always]) yield* tasksOf(part);
  }
}

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
  const nodes = [...play.preTasks, ...play.roleTasks, ...play.tasks, ...play.postTasks];
  return [...tasksOf(nodes)].filter((task) => task.action !== 'meta' && mayRun(task, isChosen)).length;
}

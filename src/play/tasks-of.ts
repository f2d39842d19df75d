import type { Block, Node, Play, Task } from './plan.ts';

type Part = 'tasks' | 'rescue' | 'always';
const EVERY_PART: readonly Part[] = ['tasks', 'rescue', 'always'] satisfies (keyof Block)[];

/** The tasks below nodes, in the order of the file; of blocks those in `parts`. */
export function* tasksOf(nodes: readonly Node[], parts: readonly Part[] = EVERY_PART): Generator<Task> {
  for (const node of nodes) {
    if (node.kind === 'task') yield node;
    else for (const part of parts) yield* tasksOf(node[part], parts);
  }
}

/** All that a play runs but its handlers, in the order of running. */
export function nodesOf({ preTasks, roleTasks, tasks, postTasks }: Play): Node[] {
  return [...preTasks, ...roleTasks, ...tasks, ...postTasks];
}

import type { Node, Play, Task } from './plan.ts';

type Part = 'tasks' | 'rescue' | 'always';

/** What a play does, in order; its handlers stand apart. */
export const nodesOf = (play: Play): Node[] => [...play.preTasks, ...play.roleTasks, ...play.tasks, ...play.postTasks];

/** The tasks among some nodes and in their blocks, in order. @param parts which ones of a block */
export function* tasksOf(
  nodes: readonly Node[],
  parts: readonly Part[] = ['tasks', 'rescue', 'always'],
): Generator<Task> {
  for (const node of nodes) {
    if (node.kind === 'task') yield node;
    else for (const part of parts) yield* tasksOf(node[part], parts);
  }
}

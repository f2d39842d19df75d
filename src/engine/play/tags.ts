import type { Block, Node, Task } from '../../play/plan.ts';

/** The nodes that the tags choose; blocks that are left empty are dropped. `keep` names tasks that no tag hides. */
export function filterByTags(nodes: readonly Node[], isChosen: (task: Task) => boolean): Node[] {
  const out: Node[] = [];
  for (const node of nodes) {
    if (node.kind === 'task') {
      if (isChosen(node)) out.push(node);
      continue;
    }
    const block = filterBlock(node, isChosen);
    if (block.tasks.length + block.rescue.length + block.always.length > 0) out.push(block);
  }
  return out;
}

/** The same block with only the chosen tasks; the tasks keep their parents. */
export function filterBlock(block: Block, isChosen: (task: Task) => boolean): Block {
  return {
    ...block,
    tasks: filterByTags(block.tasks, isChosen),
    rescue: filterByTags(block.rescue, isChosen),
    always: filterByTags(block.always, isChosen),
  };
}

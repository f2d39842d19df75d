import type { Value } from '../base/value.ts';
import { type Block, collected, type Node, type Task } from '../play/plan.ts';

export interface TagSelection {
  /** `--tags`; `all` when there is none. */
  readonly only: ReadonlySet<string>;
  readonly skip: ReadonlySet<string>;
}

/** Whether `--tags` and `--skip-tags` choose a task with these tags. */
export function tagsSelect(tags: ReadonlySet<string>, { only, skip }: TagSelection): boolean {
  const own = tags.size > 0 ? tags : new Set(['untagged']);
  const shares = (wanted: ReadonlySet<string>): boolean => [...own].some((tag) => wanted.has(tag));
  const isNever = own.has('never');
  const isChosen =
    own.has('always') ||
    (only.has('all') && !isNever) ||
    shares(only) ||
    (only.has('tagged') && tags.size > 0 && !isNever);
  if (!isChosen) return false;
  if (skip.size === 0) return true;
  if (skip.has('all')) return own.has('always') && !skip.has('always');
  return !shares(skip) && !(skip.has('tagged') && tags.size > 0);
}

/** A node's own and inherited tags, rendered, `a,b` split. */
export function effectiveTags(node: Task | Block, render: (value: Value) => Value): Set<string> {
  const out = new Set<string>();
  const add = (value: Value): void => {
    if (Array.isArray(value)) value.forEach(add);
    else if (value !== null) for (const tag of String(value).split(',')) if (tag.trim()) out.add(tag.trim());
  };
  for (const tags of collected(node, 'tags')) for (const tag of tags) add(render(tag));
  return out;
}

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

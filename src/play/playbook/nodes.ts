import type { Span } from '../../base/span.ts';
import type { Block, Keywords, Node, Parent, RoleRef, Task } from '../plan.ts';
import { entryOf, type YamlNode } from '../yaml/index.ts';
import { importRole, importTasks, includeOldStyle } from './imports.ts';
import { readKeywords } from './keywords.ts';
import { setBlockNotify, type Loading, type Place } from './loading.ts';
import { readTask } from './task.ts';
import { asList, needMap, typeName } from './values.ts';

/** A block that no user wrote: the frame of an import, include or role, with the keywords of its use. */
export function frame(
  use: { parent: Parent; span: Span; keywords?: Keywords; role?: RoleRef },
  loading: Loading,
): Block {
  return {
    ...use.keywords,
    kind: 'block',
    id: loading.context.nextId(),
    span: use.span,
    parent: use.parent,
    ...(use.role ? { role: use.role } : {}),
    implicit: true,
    tasks: [],
    rescue: [],
    always: [],
  };
}

function isBlock(node: YamlNode): boolean {
  return ['block', 'rescue', 'always'].some((key) => entryOf(node, key) !== undefined);
}

function readBlock(blockNode: YamlNode, place: Place, loading: Loading): Block {
  const node = needMap(blockNode, 'a block', loading);
  const own = ['block', 'rescue', 'always', 'name', 'notify'];
  const keywords = readKeywords(
    node.entries.filter(({ key }) => !own.includes(String(key))),
    'Block',
    loading,
  );
  const name = entryOf(node, 'name')?.node.value;
  const block: Block = {
    ...frame({ parent: place.parent, span: node.span, keywords, role: place.role }, loading),
    ...(name == null ? {} : { name }),
    implicit: false,
  };
  const notify = entryOf(node, 'notify');
  if (notify) setBlockNotify(block, asList(notify.node.value));
  const tasks = entryOf(node, 'block')?.node;
  const isWatched = entryOf(node, 'rescue') !== undefined || entryOf(node, 'always') !== undefined;
  if (!tasks || (isWatched && tasks.kind === 'seq' && tasks.items.length === 0)) {
    const message = "a block with 'rescue' or 'always' needs 'block'";
    loading.fail('E_PLAY_STRUCTURE', message, node.span, 'put the tasks to watch below block:');
  }
  const inside = { ...place, parent: block };
  for (const part of ['block', 'rescue', 'always'] as const) {
    const list = entryOf(node, part);
    const nodes = list ? readNodes(list.node, part, inside, loading) : [];
    if (part === 'block') block.tasks = nodes;
    else block[part] = nodes;
  }
  return block;
}

function expand(task: Task, place: Place, loading: Loading): Node[] {
  switch (task.action) {
    case 'import_tasks':
      return importTasks(task, place, loading);
    case 'include':
      return includeOldStyle(task, place, loading);
    case 'import_role':
      return importRole(task, place, loading);
    default:
      return [task];
  }
}

function readNode(node: YamlNode, place: Place, loading: Loading): Node[] {
  if (isBlock(node)) return [readBlock(node, place, loading)];
  const task = readTask(node, place, loading);
  if (place.isHandler && (task.action === 'include_role' || task.action === 'import_role')) {
    const message = `Using '${task.actionAsWritten}' as a handler is not supported.`;
    loading.fail('E_PLAY_STRUCTURE', message, task.span, 'include the role in tasks');
  }
  return expand(task, place, loading);
}

/**
 * Reads a list of tasks and blocks; imports stand in it as frames. Every task is read, so that all mistakes are
 * reported together.
 * @param what the keyword that holds the list, for messages
 */
export function readNodes(list: YamlNode, what: string, place: Place, loading: Loading): Node[] {
  if (list.value === null) return [];
  if (list.kind !== 'seq') {
    const message = `A malformed block was encountered while loading ${what}: it should be a list of tasks but is a ${typeName(list.value)}`;
    loading.report('E_PLAY_STRUCTURE', message, list.span, 'start each task with "- "');
    return [];
  }
  const filled = list.items.filter((item) => item.value !== null);
  return filled.flatMap((item) => loading.problems.attempt(() => readNode(item, place, loading)) ?? []);
}

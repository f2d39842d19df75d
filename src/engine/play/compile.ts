import type { Span } from '../../base/span.ts';
import type { Dict, Value } from '../../base/value.ts';
import type { LoadContext } from '../../play/contract.ts';
import type { Block, Node, Parent, Play, Task } from '../../play/plan.ts';

type NewTask = Pick<Task, 'action' | 'actionAsWritten' | 'name' | 'args' | 'tags' | 'role'> & { folder?: string };

function makeTask(fields: NewTask, parent: Parent, span: Span, id: number): Task {
  const folder = fields.folder ?? '';
  return { kind: 'task', id, span, actionSpan: span, argSpans: new Map(), parent, isHandler: false, ...fields, folder };
}

/** The task that runs notified handlers; placed by the engine after each section of a play. */
function flushTask(play: Play, id: number): Task {
  const args: Dict = new Map([['_raw_params', 'flush_handlers']]);
  return makeTask({ action: 'meta', actionAsWritten: 'meta', args }, play, play.span, id);
}

/** `Gathering Facts`. */
export function gatherTask(play: Play, id: number, subset: Value | undefined): Task {
  const args: Dict = new Map();
  const wanted = play.gatherSubset ?? subset;
  if (wanted !== undefined && wanted !== null) args.set('gather_subset', wanted);
  if (play.gatherTimeout !== undefined) args.set('gather_timeout', play.gatherTimeout);
  if (play.factPath !== undefined) args.set('fact_path', play.factPath);
  const tags = play.tags && play.tags.length > 0 ? undefined : ['always'];
  return makeTask(
    { action: 'setup', actionAsWritten: 'gather_facts', name: 'Gathering Facts', args, tags, folder: play.folder },
    play,
    play.span,
    id,
  );
}

/** A block around a section whose `always` runs the handlers, also of hosts that failed (force_handlers). */
function forced(section: Node[], flush: Task, play: Play, id: number): Block {
  return {
    kind: 'block',
    id,
    implicit: true,
    span: play.span,
    parent: play,
    tasks: section,
    rescue: [],
    always: [flush],
  };
}

/** The nodes of a play in the order of running: pre_tasks, roles and tasks, post_tasks, handlers after each. */
export function compilePlay(play: Play, forceHandlers: boolean, context: LoadContext): Node[] {
  const sections: Node[][] = [[...play.preTasks], [...play.roleTasks, ...play.tasks], [...play.postTasks]];
  return sections.flatMap((section) => {
    const flush = flushTask(play, context.nextId());
    return forceHandlers ? [forced(section, flush, play, context.nextId())] : [...section, flush];
  });
}

/** Flush tasks are the engine's own: no tag hides them and nobody sees them. */
export function isImplicit(task: Task): boolean {
  return task.action === 'meta' && task.folder === '';
}

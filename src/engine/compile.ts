import type { Span } from '../base/span.ts';
import type { Dict, Value } from '../base/value.ts';
import type { LoadContext } from '../play/contract.ts';
import type { Block, Node, Parent, Play, RoleRef, Task } from '../play/plan.ts';

type NewTask = Pick<Task, 'action' | 'actionAsWritten' | 'name' | 'args' | 'tags' | 'role'> & { folder?: string };

function makeTask(fields: NewTask, parent: Parent, span: Span, id: number): Task {
  const folder = fields.folder ?? '';
  return { kind: 'task', id, span, actionSpan: span, argSpans: new Map(), parent, isHandler: false, ...fields, folder };
}

/** The task that runs notified handlers; placed by the engine after each section of a play. */
export function flushTask(play: Play, id: number): Task {
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

/** Puts the check of a role's arguments before its tasks, when the role describes them. */
export function withArgumentCheck(block: Block, role: RoleRef, entryPoint: string, context: LoadContext): Block {
  const entry = entryPoint.replace(/\.ya?ml$/, '');
  const spec = role.argumentSpecs?.get(entry);
  const options = spec instanceof Map ? spec.get('options') : undefined;
  if (!(spec instanceof Map) || !(options instanceof Map)) return block;
  const summary = spec.get('short_description');
  const args: Dict = new Map<Value, Value>([
    ['argument_spec', options],
    ['provided_arguments', role.params],
    [
      'validate_args_context',
      new Map<Value, Value>([
        ['type', 'role'],
        ['name', role.name],
        ['argument_spec_name', entry],
        ['path', role.path],
      ]),
    ],
  ]);
  const name = `Validating arguments against arg spec '${entry}'${summary ? ` - ${String(summary)}` : ''}`;
  const action = 'validate_argument_spec';
  const check = makeTask(
    { action, actionAsWritten: action, name, args, tags: ['always'], role, folder: role.path },
    block,
    block.span,
    context.nextId(),
  );
  return { ...block, tasks: [check, ...block.tasks] };
}

function isRoleFrame(node: Node, outer: RoleRef | undefined): node is Block {
  return node.kind === 'block' && node.implicit && node.role !== undefined && node.role !== outer;
}

/** Adds the checks of all roles in a list, those of dependencies too. */
function checkedRoles(nodes: readonly Node[], outer: RoleRef | undefined, context: LoadContext): Node[] {
  return nodes.map((node) => {
    if (node.kind === 'task') return node;
    const inner = { ...node, tasks: checkedRoles(node.tasks, node.role, context) };
    if (!isRoleFrame(node, outer) || !node.role) return inner;
    const has = node.tasks.some((task) => task.kind === 'task' && task.action === 'validate_argument_spec');
    return has ? inner : withArgumentCheck(inner, node.role, 'main', context);
  });
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
  const roles = checkedRoles(play.roleTasks, undefined, context);
  const sections: Node[][] = [[...play.preTasks], [...roles, ...play.tasks], [...play.postTasks]];
  return sections.flatMap((section) => {
    const flush = flushTask(play, context.nextId());
    return forceHandlers ? [forced(section, flush, play, context.nextId())] : [...section, flush];
  });
}

/** Flush tasks are the engine's own: no tag hides them and nobody sees them. */
export function isImplicit(task: Task): boolean {
  return task.action === 'meta' && task.folder === '';
}

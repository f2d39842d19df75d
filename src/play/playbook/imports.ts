import { expandUserPath } from '../../base/paths/user-path.ts';
import { posix } from 'node:path';
import { TemplateText, type Dict, type Value } from '../../base/value.ts';
import type { Block, Keywords, Node, Task } from '../plan.ts';
import { playOf, resolvePath, setBlockNotify, type Loading, type Place } from './loading.ts';
import { frame, readNodes } from './nodes.ts';
import { loadRoleUse, type FromFiles } from './roles.ts';
import { loadScope, staticName } from './scope.ts';

const KEPT: readonly (keyof Keywords)[] = [
  ...(['anyErrorsFatal', 'become', 'becomeUser', 'becomeMethod', 'becomeFlags', 'becomeExe', 'checkMode'] as const),
  ...([
    'connection',
    'debugger',
    'diff',
    'environment',
    'ignoreErrors',
    'ignoreUnreachable',
    'moduleDefaults',
  ] as const),
  ...(['noLog', 'port', 'remoteUser', 'runOnce', 'throttle', 'timeout', 'tags', 'when', 'vars', 'delegateTo'] as const),
  'delegateFacts',
];

/** The keywords of an import statement, which all that is imported inherits. */
function keywordsOf(task: Task): Keywords {
  return Object.fromEntries(KEPT.filter((key) => task[key] !== undefined).map((key) => [key, task[key]]));
}

function argument(task: Task, name: string): Value {
  return task.args instanceof TemplateText ? null : (task.args.get(name) ?? null);
}

function refuseLoop(task: Task, instead: string, loading: Loading): void {
  if (!task.loop) return;
  const message = `You cannot use loops on '${task.actionAsWritten}' statements. You should use '${instead}' instead.`;
  loading.fail('E_PLAY_IMPORT', message, task.loop.span, `write ${instead}`);
}

function nameOf(task: Task, value: Value, place: Place, what: string, loading: Loading): string {
  const scope = loadScope(loading, place.parent, place.role, task.vars);
  return staticName(value, scope, task.actionSpan, what, loading);
}

/** Where a relative file of tasks may be: beside the file that names it, in the role, beside the playbook. */
function taskFileCandidates(name: string, place: Place): string[] {
  const kinds = place.isHandler ? ['handlers', 'tasks'] : ['tasks'];
  const role = place.role ? [...kinds, ''].map((kind) => posix.join(place.role?.path ?? '', kind)) : [];
  const play = playOf(place.parent).folder;
  const folders = [place.folder, ...role, posix.join(play, kinds[0]), play];
  return [...new Set(folders.map((folder) => resolvePath(folder, name)))];
}

/** Reads a file of tasks into a frame. */
export function readTaskFile(
  path: string,
  block: Block,
  place: Place,
  span: Task['span'] | undefined,
  loading: Loading,
): void {
  const cycle = `${path} imports itself`;
  loading.within(path, span, cycle, () => {
    const { root } = loading.files.read(path, span);
    if (root.value === null) loading.context.sources.warn(`file ${path} is empty and had no tasks to include`);
    else if (root.kind !== 'seq') {
      loading.fail('E_PLAY_STRUCTURE', 'included task files must contain a list of tasks', root.span);
    }
    block.tasks = readNodes(root, path, { ...place, parent: block, folder: posix.dirname(path) }, loading);
  });
}

/** `import_tasks`: the file's tasks in a frame with the keywords of the statement. */
export function importTasks(task: Task, place: Place, loading: Loading): Node[] {
  refuseLoop(task, 'include_tasks', loading);
  const name = nameOf(task, argument(task, '_raw_params'), place, 'import path', loading);
  const candidates = taskFileCandidates(expandUserPath(name, loading.context.sources.environment), place);
  const path = candidates.find((file) => loading.context.sources.kind(file) !== undefined);
  if (path === undefined) {
    const looked = `looked for ${candidates.join(', ')}`;
    loading.fail('E_FILE_NOT_FOUND', `Could not find or access '${name}'`, task.actionSpan, looked);
  }
  const use = { parent: place.parent, span: task.span, keywords: keywordsOf(task), role: place.role };
  const block = frame(use, loading);
  if (task.notify) setBlockNotify(block, task.notify);
  readTaskFile(path, block, place, task.actionSpan, loading);
  return [block];
}

/** The old `include:`: static unless its name is templated or it loops; its `k=v` are variables. */
export function includeOldStyle(task: Task, place: Place, loading: Loading): Node[] {
  loading.context.sources.warn(
    '[DEPRECATED]: "include" is deprecated, use include_tasks/import_tasks instead. This feature will be removed in version 2.16.',
  );
  const values: Dict = task.args instanceof TemplateText ? new Map() : task.args;
  const params = [...values].filter(([key]) => key !== '_raw_params');
  const vars: Dict = new Map([...(task.vars ?? []), ...params]);
  const file = values.get('_raw_params') ?? '';
  const rewritten: Task = { ...task, vars, args: new Map([['_raw_params', file]]) };
  const isStatic = !(file instanceof TemplateText) && !task.loop;
  return isStatic ? importTasks(rewritten, place, loading) : [{ ...rewritten, action: 'include_tasks' }];
}

function fromFiles(task: Task, place: Place, loading: Loading): FromFiles {
  const file = (name: string): string | undefined => {
    const value = argument(task, `${name}_from`);
    return value === null ? undefined : posix.basename(nameOf(task, value, place, `${name}_from`, loading));
  };
  return { tasks: file('tasks'), vars: file('vars'), defaults: file('defaults'), handlers: file('handlers') };
}

/** `import_role`: the role's tasks in a frame; its handlers and variables belong to the play. */
export function importRole(task: Task, place: Place, loading: Loading): Node[] {
  refuseLoop(task, 'include_role', loading);
  const name = nameOf(task, argument(task, 'name'), place, 'role name', loading);
  const { block, role } = loadRoleUse(
    {
      name,
      span: task.actionSpan,
      parent: place.parent,
      keywords: keywordsOf(task),
      vars: task.vars,
      parents: place.role ? [...place.role.parents, place.role] : [],
      from: fromFiles(task, place, loading),
      isPublic: true,
      allowDuplicates: argument(task, 'allow_duplicates') !== false,
      validate: argument(task, 'rolespec_validate') !== false,
    },
    loading,
  );
  loading.imported(role);
  return [block];
}

import { posix } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import type { Dict } from '../../base/value.ts';
import type { LoadContext, PlaybookLoader } from '../contract.ts';
import type { Block } from '../plan.ts';
import { Files } from './files.ts';
import { readTaskFile } from './imports.ts';
import { Loading, playOf } from './loading.ts';
import { frame } from './nodes.ts';
import { readPlaybook } from './playbook.ts';
import { addRole, loadRoleUse } from './roles.ts';
import { typeName } from './values.ts';

export { KEYWORDS } from './keywords.ts';
export { roleHandlers } from './roles.ts';
export { mistakesOf } from './problems.ts';
export { effectiveTags, rawTags, selectTags, type TagSelection } from './tags.ts';

/** Loads, then throws every mistake that was reported on the way. */
function load<T>(context: LoadContext, read: (loading: Loading) => T): T {
  const loading = new Loading(context);
  const out = loading.problems.attempt(() => read(loading));
  loading.problems.throwAny();
  return out as T;
}

function loadTasks(path: string, context: LoadContext, use: Parameters<PlaybookLoader['loadTasks']>[2]): Block {
  return load(context, (loading) => {
    const span = { file: path, line: 1, column: 1 };
    const block = frame({ parent: use.parent, span, keywords: use.apply, role: use.role }, loading);
    const folder = posix.dirname(path);
    loading.imported = (role) => addRole(playOf(use.parent), role);
    const place = { parent: block, isHandler: use.isHandler ?? false, folder, ...(use.role ? { role: use.role } : {}) };
    readTaskFile(path, block, place, undefined, loading);
    return block;
  });
}

const loadRole: PlaybookLoader['loadRole'] = (name, context, use) =>
  load(context, (loading) => {
    loading.imported = (role) => addRole(playOf(use.parent), role);
    return loadRoleUse(
      {
        name,
        span: use.span,
        parent: use.parent,
        keywords: use.apply,
        params: use.params,
        parents: use.role ? [...use.role.parents, use.role] : [],
        from: { tasks: use.tasksFrom, vars: use.varsFrom, defaults: use.defaultsFrom, handlers: use.handlersFrom },
        isPublic: use.isPublic ?? false,
        allowDuplicates: use.allowDuplicates ?? true,
      },
      loading,
    );
  });

function loadVars(path: string, context: Pick<LoadContext, 'sources' | 'vault'>): Dict {
  const { root } = new Files(context).read(path);
  if (root.kind === 'map') return root.value;
  if (root.value === null) return new Map();
  throw new ToaError('E_PLAY_VARS_FILE', `${path} must hold a dictionary of variables, not a ${typeName(root.value)}`, {
    span: root.span,
    remedy: 'write name: value lines',
  });
}

/** Reads playbooks, task files, roles and files of variables into the Plan of src/play/plan.ts. */
export const playbookLoader: PlaybookLoader = {
  loadPlaybook: (path, context) => load(context, (loading) => readPlaybook(path, undefined, loading)),
  loadTasks,
  loadRole,
  loadVars,
};

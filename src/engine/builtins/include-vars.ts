import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { failure, type ModuleResult } from '../../base/result.ts';
import { fromJs, type Dict, type Value } from '../../base/value.ts';
import type { VerbContext } from '../task/context.ts';
import type { TaskScope } from '../task/scope.ts';
import { placeOf } from '../task/errors.ts';

interface IncludeVarsArgs {
  readonly file?: string;
  readonly dir?: string;
  readonly name?: string;
  readonly depth?: number;
  readonly files_matching?: string;
  readonly ignore_files?: readonly string[];
  readonly ignore_unknown_extensions?: boolean;
  readonly extensions?: readonly string[];
  readonly hash_behaviour?: 'replace' | 'merge';
  readonly _raw_params?: string;
}

const FILE_ONLY = ['file', '_raw_params'] as const;
const DIR_ONLY = ['dir', 'depth', 'files_matching', 'ignore_files', 'extensions', 'ignore_unknown_extensions'] as const;

interface Loaded {
  readonly files: string[];
  readonly vars: Dict;
  isSecret: boolean;
}

/**
 * include_vars: variables from a file or from the files of a folder. See
 * https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/include_vars_module.html
 */
export async function includeVars(
  at: TaskScope,
  rawArgs: Readonly<Record<string, unknown>>,
  context: VerbContext,
): Promise<ModuleResult> {
  const args = rawArgs as IncludeVarsArgs;
  const given = (names: readonly (keyof IncludeVarsArgs)[]): boolean => names.some((name) => args[name] !== undefined);
  if (given(FILE_ONLY) && given(DIR_ONLY)) {
    return failure('You are mixing file only and dir only arguments, these are incompatible', { code: 'E_TASK_ARGS' });
  }
  const loaded: Loaded = { files: [], vars: new Map(), isSecret: false };
  try {
    if (args.dir === undefined) load(context.findFile('vars', fileName(args, at)), at, loaded);
    else loadFolder(folderOf(args.dir, at), args, at, loaded);
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    return failure(error.message, {
      ...placeOf(error),
      message: error.message,
      ansible_included_var_files: loaded.files,
      ansible_facts: {},
    });
  }
  const found: Dict = args.name === undefined ? loaded.vars : new Map([[args.name, loaded.vars]]);
  const vars = args.hash_behaviour === 'merge' ? merged(found, at) : found;
  return {
    ansible_facts: vars,
    ansible_included_var_files: loaded.files,
    changed: false,
    ...(loaded.isSecret ? { _ansible_no_log: true } : {}),
  };
}

function fileName(args: IncludeVarsArgs, at: TaskScope): string {
  const name = (args.file ?? args._raw_params ?? '').trim();
  if (name) return name;
  throw new ToaError('E_TASK_ARGS', 'include_vars needs file: or dir:', { span: at.task.span });
}

/** A folder is looked for in the role's vars/, else beside the task's file. */
function folderOf(dir: string, { task, play }: TaskScope): string {
  if (isAbsolute(dir)) return dir;
  if (!task.role) return join(task.folder, dir);
  const { sources } = play.run.options.context;
  const inRole = join(task.role.path, dir);
  return dir.split('/')[0] === 'vars' && sources.kind(inRole) ? inRole : join(task.role.path, 'vars', dir);
}

function load(path: string, at: TaskScope, loaded: Loaded): void {
  const { loader, context } = at.play.run.options;
  const data = context.sources.read(path);
  if (data && context.vault.isVault(data)) loaded.isSecret = true;
  for (const [name, value] of loader.loadVars(path, context)) loaded.vars.set(name, value);
  loaded.files.push(path);
}

/** The folders below one, breadth by name, `depth` of them deep (0: all). */
function walk(folder: string, at: TaskScope): string[] {
  const { sources } = at.play.run.options.context;
  const below = sources.list(folder).map((name) => join(folder, name));
  return [folder, ...below.filter((path) => sources.kind(path) === 'directory').flatMap((path) => walk(path, at))];
}

function loadFolder(folder: string, args: IncludeVarsArgs, at: TaskScope, loaded: Loaded): void {
  const { sources } = at.play.run.options.context;
  const kind = sources.kind(folder);
  if (kind !== 'directory') {
    const what = kind ? 'is not a directory' : 'directory does not exist';
    throw new ToaError('E_FILE_NOT_FOUND', `${folder} ${what}`, { span: at.task.span });
  }
  const folders = walk(folder, at).sort();
  const wanted = args.depth ? folders.slice(0, args.depth) : folders;
  for (const one of wanted) {
    for (const name of sources.list(one)) {
      const path = join(one, name);
      if (sources.kind(path) !== 'directory' && isWanted(path, args, at)) load(path, at, loaded);
    }
  }
}

function isWanted(path: string, args: IncludeVarsArgs, at: TaskScope): boolean {
  const name = basename(path);
  const role = at.task.role?.path;
  if (role && dirname(path) === join(role, 'vars') && name === 'main.yml') return false;
  if (args.files_matching !== undefined && !new RegExp(args.files_matching).test(name)) return false;
  if ((args.ignore_files ?? []).some((pattern) => new RegExp(`${pattern}$`).test(name))) return false;
  const extensions = args.extensions ?? ['yaml', 'yml', 'json'];
  if (extensions.includes(extname(name).slice(1))) return true;
  if (args.ignore_unknown_extensions) return false;
  throw new ToaError('E_TASK_ARGS', `${path} does not have a valid extension: ${extensions.join(', ')}`, {
    span: at.task.span,
    remedy: 'set ignore_unknown_extensions: true, or name it in ignore_files:',
  });
}

function mergeDicts(before: Dict, now: Dict): Dict {
  const out: Dict = new Map(before);
  for (const [name, value] of now) {
    const old = out.get(name);
    out.set(name, old instanceof Map && value instanceof Map ? mergeDicts(old, value) : value);
  }
  return out;
}

function merged(vars: Dict, at: TaskScope): Dict {
  const out: Dict = new Map();
  for (const [name, value] of vars) {
    const old: Value | undefined = at.scope.lookup(String(name));
    out.set(name, old instanceof Map && value instanceof Map ? mergeDicts(old, value) : fromJs(value));
  }
  return out;
}

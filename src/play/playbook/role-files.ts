import { expandUserPath } from '../../base/paths/user-path.ts';
import { posix } from 'node:path';
import { nearNames, ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import type { Dict } from '../../base/value.ts';
import type { Sources } from '../sources.ts';
import type { YamlDocument } from '../yaml/index.ts';
import { addLibrary } from './own-modules.ts';
import { resolvePath, type Loading } from './loading.ts';
import { typeName } from './values.ts';

const EXTENSIONS = ['.yml', '.yaml', '.json'];

/** A role found on disk. */
export interface RolePlace {
  readonly name: string;
  readonly path: string;
}

/** Where ansible-galaxy's lists of roles lie, from the playbook's folder or the one where the run was started. */
const REQUIREMENTS = ['requirements.yml', 'roles/requirements.yml', 'requirements.yaml', 'roles/requirements.yaml'];

/** What to do about a role that is not there: its list was not fetched, its name is misspelt, or its folder not known. */
function missingRemedy(name: string, playFolder: string, { context }: Loading): string {
  const { sources, cwd = playFolder } = context;
  const lists = [playFolder, cwd].flatMap((folder) => REQUIREMENTS.map((file) => posix.join(folder, file)));
  const list = lists.find((path) => sources.kind(path) === 'file');
  const near = nearNames(name, sources.list(posix.join(playFolder, 'roles')));
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  if (list)
    return `fetch what ${list} lists: ansible-galaxy install -r ${list} -p ${posix.join(playFolder, 'roles')} (or git clone, tar)`;
  const plain = 'put the role into one of these folders, or add its folder to roles_path in ansible.cfg';
  return /^[\w-]+\.[\w.-]+$/.test(name) ? `${plain}; roles of Galaxy are fetched by ansible-galaxy, git or tar` : plain;
}

/**
 * Finds a role: `roles/` beside the playbook, roles_path, the folder of the role that asks, the playbook's folder, then
 * the name as a path.
 * @throws ToaError E_ROLE_NOT_FOUND with all folders looked at
 */
export function findRole(
  name: string,
  from: { span: Span; playFolder: string; askerFolder?: string },
  loading: Loading,
): RolePlace {
  const { sources, rolesPath } = loading.context;
  const folders = [
    posix.join(from.playFolder, 'roles'),
    ...rolesPath,
    ...(from.askerFolder ? [from.askerFolder] : []),
    from.playFolder,
    // a role as a path from the folder where the run was started
    ...(name.includes('/') && loading.context.cwd !== undefined ? [loading.context.cwd] : []),
  ];
  const plain = expandUserPath(name, sources.environment);
  for (const folder of new Set(folders)) {
    const path = resolvePath(folder, plain);
    if (sources.kind(path) === undefined) continue;
    addLibrary(path, loading.context);
    return { name: plain === name ? name : posix.basename(name), path };
  }
  throw new ToaError('E_ROLE_NOT_FOUND', `the role '${name}' was not found in ${[...new Set(folders)].join(':')}`, {
    span: from.span,
    sourceLine: loading.files.sourceLine(from.span),
    remedy: missingRemedy(name, from.playFolder, loading),
  });
}

/** Files of a folder of variables, folders inside too; hidden ones and backups are left out. */
function filesBelow(folder: string, sources: Sources): string[] {
  return sources.list(folder).flatMap((name) => {
    const path = posix.join(folder, name);
    if (name.startsWith('.') || name.endsWith('~')) return [];
    if (sources.kind(path) === 'directory') return filesBelow(path, sources);
    return posix.extname(name) === '' || EXTENSIONS.includes(posix.extname(name)) ? [path] : [];
  });
}

/**
 * Reads `<role>/<part>/main` (or the file named by `<part>_from`), with .yml, .yaml, .json or no ending.
 * @param allowFolder `main/` may be a folder whose files are all read (vars and defaults)
 * @returns no documents when the role has no such part
 * @throws ToaError E_ROLE_FILE when a file that was asked for by name is not there
 */
export function roleDocuments(
  role: RolePlace,
  part: string,
  from: { name?: string; allowFolder?: boolean; span: Span },
  loading: Loading,
): YamlDocument[] {
  const { sources } = loading.context;
  const base = posix.join(role.path, part, from.name ?? 'main');
  const endings = from.name === undefined ? [...EXTENSIONS, ''] : ['', ...EXTENSIONS];
  for (const ending of endings) {
    const path = base + ending;
    const kind = sources.kind(path);
    if (kind === 'directory' && from.allowFolder) {
      return filesBelow(path, sources).map((file) => loading.files.read(file, from.span));
    }
    if (kind !== undefined && kind !== 'directory') return [loading.files.read(path, from.span)];
  }
  if (from.name === undefined) return [];
  throw loading.error(
    'E_PLAY_ROLE_FILE',
    `Could not find specified file in role: ${part}/${from.name}`,
    from.span,
    `the role is ${role.path}`,
  );
}

/** Variables of a role: defaults or vars. */
export function roleVariables(
  role: RolePlace,
  part: 'defaults' | 'vars',
  from: { name?: string; span: Span },
  loading: Loading,
): Dict {
  const out: Dict = new Map();
  for (const { root } of roleDocuments(role, part, { ...from, allowFolder: true }, loading)) {
    if (root.value === null) continue;
    if (root.kind !== 'map') {
      const message = `The ${part}/main.yml file for role '${role.name}' must contain a dictionary of variables, not a ${typeName(root.value)}`;
      throw loading.error('E_PLAY_ROLE_FILE', message, root.span, 'write name: value lines');
    }
    for (const [key, value] of root.value) out.set(key, value);
  }
  return out;
}

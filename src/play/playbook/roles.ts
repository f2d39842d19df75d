import { posix } from 'node:path';
import type { Span } from '../../base/span.ts';
import { isMapping, TemplateText, VaultText, type Dict } from '../../base/value.ts';
import type { Block, Keywords, Node, Parent, Play, RoleRef } from '../plan.ts';
import { entryOf, type YamlEntry, type YamlNode } from '../yaml/index.ts';
import { KEYWORDS, readKeywords } from './keywords.ts';
import { playOf, roleCache, type Loading } from './loading.ts';
import { frame, readNodes } from './nodes.ts';
import { findRole, roleDocuments, roleVariables, type RolePlace } from './role-files.ts';
import { validationTask } from './role-validation.ts';
import { loadScope, staticName } from './scope.ts';
import { keyText, typeName, words } from './values.ts';

/** Files that take the place of a role's main.yml. */
export interface FromFiles {
  readonly tasks?: string;
  readonly vars?: string;
  readonly defaults?: string;
  readonly handlers?: string;
}

/** One use of a role: in `roles:`, as a dependency, by import_role or include_role. */
export interface RoleUse {
  readonly name: string;
  readonly span: Span;
  readonly parent: Parent;
  readonly keywords?: Keywords;
  readonly params?: Dict;
  readonly vars?: Dict;
  readonly parents: readonly RoleRef[];
  /** For a dependency: the includers of the role that asks for it. */
  readonly includers?: readonly RoleRef[];
  readonly from?: FromFiles;
  readonly isPublic: boolean;
  /** Given by import_role and include_role; else the role's meta says. */
  readonly allowDuplicates?: boolean;
  readonly validate?: boolean;
}

type Draft = { -readonly [K in keyof RoleRef]: RoleRef[K] } & { dependencies: RoleRef[] };

interface Meta {
  readonly dependencies: readonly YamlNode[];
  readonly allowDuplicates: boolean;
  readonly argumentSpecs?: Dict;
}

const META = new Set([
  ...[...KEYWORDS.Play].filter((key) => KEYWORDS.Role.has(key)),
  ...words('allow_duplicates dependencies galaxy_info argument_specs collections'),
]);

function readMeta(role: RolePlace, span: Span, loading: Loading): Meta {
  const [document] = roleDocuments(role, 'meta', { span }, loading);
  const root = document?.root;
  if (!root || root.value === null) return { dependencies: [], allowDuplicates: false };
  if (root.kind !== 'map') {
    loading.fail('E_PLAY_ROLE_FILE', `the 'meta/main.yml' for role ${role.name} is not a dictionary`, root.span);
  }
  for (const entry of root.entries) {
    if (META.has(keyText(entry))) continue;
    const message = `'${keyText(entry)}' is not a valid attribute for a RoleMetadata`;
    loading.report('E_PLAY_KEYWORD', message, entry.keySpan, 'put what is about the role itself below galaxy_info');
  }
  const dependencies = entryOf(root, 'dependencies')?.node;
  if (dependencies && dependencies.value !== null && dependencies.kind !== 'seq') {
    loading.fail(
      'E_PLAY_ROLE_FILE',
      'Expected role dependencies to be a list.',
      dependencies.span,
      'start each with "- "',
    );
  }
  const specs = entryOf(root, 'argument_specs')?.node.value;
  return {
    dependencies: dependencies?.kind === 'seq' ? dependencies.items : [],
    allowDuplicates: entryOf(root, 'allow_duplicates')?.node.value === true,
    ...(specs instanceof Map ? { argumentSpecs: specs } : {}),
  };
}

function argumentSpecs(role: RolePlace, meta: Meta, span: Span, loading: Loading): Dict | undefined {
  const hasFile = ['.yml', '.yaml', '.json'].some(
    (ending) => loading.context.sources.kind(posix.join(role.path, 'meta', `argument_specs${ending}`)) !== undefined,
  );
  if (!hasFile) return meta.argumentSpecs;
  const [document] = roleDocuments(role, 'meta', { name: 'argument_specs', span }, loading);
  const specs = document && entryOf(document.root, 'argument_specs')?.node.value;
  return specs instanceof Map ? specs : undefined;
}

/** What makes two uses of a role the same one: Ansible runs a role once for each. */
function useKey(role: RolePlace, use: RoleUse): string {
  const shown = (value: unknown): unknown => {
    if (value instanceof TemplateText) return `{{${value.source}`;
    if (value instanceof VaultText) return value.ciphertext;
    if (isMapping(value)) return [...value.keys()].map((key) => [String(key), shown(value.get(key))]).sort();
    return Array.isArray(value) ? value.map(shown) : typeof value === 'bigint' ? String(value) : value;
  };
  const { params, vars, from, keywords, allowDuplicates } = use;
  const parts = [params, vars, keywords?.when ?? [], keywords?.tags ?? [], Object.values(from ?? {})];
  return JSON.stringify([role.path, allowDuplicates !== undefined, ...parts.map(shown)]);
}

function newRef(role: RolePlace, use: RoleUse, meta: Meta, loading: Loading): Draft {
  const { span, from = {} } = use;
  const vars = roleVariables(role, 'vars', { name: from.vars, span }, loading);
  const specs = use.validate === false ? undefined : argumentSpecs(role, meta, span, loading);
  return {
    ...role,
    defaults: roleVariables(role, 'defaults', { name: from.defaults, span }, loading),
    // Variables of the use are weaker than those of the role's vars/ (ansible-core 2.14, role precedence).
    vars: new Map([...(use.vars ?? []), ...vars]),
    params: use.params ?? new Map(),
    dependencies: [],
    parents: use.parents,
    includers: use.includers ?? use.parents,
    isPublic: use.isPublic,
    handlers: [],
    ...(specs ? { argumentSpecs: specs } : {}),
    allowDuplicates: use.allowDuplicates ?? meta.allowDuplicates,
  };
}

function readPart(role: RoleRef, use: RoleUse, parent: Block, part: 'tasks' | 'handlers', loading: Loading): Node[] {
  const documents = roleDocuments(role, part, { name: use.from?.[part], span: use.span }, loading);
  const isHandler = part === 'handlers';
  return documents.flatMap(({ root, file }) => {
    if (root.value !== null && root.kind !== 'seq') {
      const message = `The ${part}/main.yml file for role '${role.name}' must contain a list of tasks, not a ${typeName(root.value)}`;
      loading.fail('E_PLAY_ROLE_FILE', message, root.span, 'start each task with "- "');
    }
    return readNodes(root, file, { parent, role, isHandler, folder: posix.dirname(file) }, loading);
  });
}

/**
 * Loads a role for one use: its dependencies, then its tasks, in a frame with the keywords of the use.
 * @throws ToaError E_ROLE_NOT_FOUND, E_PLAY_*, E_YAML_*
 */
export function loadRoleUse(use: RoleUse, loading: Loading): { block: Block; role: RoleRef } {
  const play = playOf(use.parent);
  const asker = use.parents.at(-1);
  const from = { span: use.span, playFolder: play.folder, askerFolder: asker && posix.dirname(asker.path) };
  const place = findRole(use.name, from, loading);
  const cycle =
    `A recursion loop was detected with the role ${place.name}. ` +
    'Make sure child roles do not have dependencies on parent roles';
  return loading.within(`role ${place.path}`, use.span, cycle, () => readRole(place, use, play, loading));
}

function readRole(place: RolePlace, use: RoleUse, play: Play, loading: Loading): { block: Block; role: RoleRef } {
  const meta = readMeta(place, use.span, loading);
  const cache = roleCache(play);
  const key = useKey(place, use);
  const known = cache.get(key);
  const shared = known && !known.allowDuplicates ? known : undefined;
  const draft = shared ? undefined : newRef(place, use, meta, loading);
  const role: RoleRef = shared ?? (draft as Draft);
  cache.set(key, role);
  const { parent, span, keywords } = use;
  const block = frame({ parent, span, keywords, role }, loading);
  for (const dependency of meta.dependencies) {
    const loaded = loadDependency(dependency, { parent: block, parents: [...use.parents, role] }, loading);
    block.tasks.push(loaded.block);
    draft?.dependencies.push(loaded.role);
  }
  block.tasks.push(
    ...validationTask(role, { entryPoint: use.from?.tasks ?? 'main', span: use.span, parent: block }, loading),
  );
  block.tasks.push(...readPart(role, use, block, 'tasks', loading));
  if (draft) draft.handlers = readPart(role, use, block, 'handlers', loading);
  return { block, role };
}

function loadDependency(
  node: YamlNode,
  at: { parent: Block; parents: readonly RoleRef[] },
  loading: Loading,
): { block: Block; role: RoleRef } {
  const asker = at.parents.at(-1);
  const entry = readRoleEntry(node, at.parent, asker, loading);
  return loadRoleUse({ ...entry, parents: at.parents, includers: asker?.includers }, loading);
}

function isParameter(entry: YamlEntry): boolean {
  return !KEYWORDS.Role.has(keyText(entry));
}

/** Reads an entry of `roles:` or of a role's dependencies: a name, or a dict with keywords and parameters. */
export function readRoleEntry(
  node: YamlNode,
  parent: Parent,
  owner: RoleRef | undefined,
  loading: Loading,
): Omit<RoleUse, 'parents' | 'includers'> {
  const nameNode = node.kind === 'map' ? (entryOf(node, 'role') ?? entryOf(node, 'name'))?.node : node;
  const value = nameNode?.value;
  const isName =
    (typeof value === 'string' && value !== '') || value instanceof TemplateText || typeof value === 'number';
  if (!nameNode || !isName) {
    loading.fail('E_PLAY_ROLE', 'role definitions must contain a role name', node.span, 'write - role: <name>');
  }
  const scope = loadScope(loading, parent, owner);
  const name = staticName(value, scope, nameNode.span, 'role name', loading);
  if (node.kind !== 'map') return { name, span: nameNode.span, parent, isPublic: true };
  const own = node.entries.filter((entry) => !isParameter(entry) && entry.key !== 'role' && entry.key !== 'name');
  const { vars, ...keywords } = readKeywords(own, 'Role', loading);
  const params: Dict = new Map(node.entries.filter(isParameter).map((entry) => [entry.key, entry.node.value]));
  return { name, span: nameNode.span, parent, keywords, params, isPublic: true, ...(vars ? { vars } : {}) };
}

/** Makes a role with its dependencies part of a play: their variables and handlers; one used twice counts once. */
export function addRole(play: Play, role: RoleRef): void {
  play.roleNames.push(role.name);
  addOnce(play, role);
}

function addOnce(play: Play, role: RoleRef): void {
  if (play.roles.includes(role)) return;
  for (const dependency of role.dependencies) addOnce(play, dependency);
  play.roles.push(role);
  play.handlers.push(...role.handlers);
}

/** The handlers of a role and, before them, of its dependencies. */
export function roleHandlers(role: RoleRef): Node[] {
  return [...role.dependencies.flatMap(roleHandlers), ...role.handlers];
}

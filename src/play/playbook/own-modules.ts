import { posix } from 'node:path';
import type { LoadContext } from '../contract.ts';

/** The verb that runs a module of the user's own. */
export const OWN_MODULE = 'own_module';
/** Its argument for the module's file, which no playbook can mean by accident. */
export const OWN_MODULE_PATH = '_module_path';

/** A module that lies beside a playbook, in a role or in a folder of `library`. */
export interface OwnModule {
  readonly path: string;
  /** It imports Ansible's Python, or is an action plugin: it cannot be run here. */
  readonly needsAnsible: boolean;
}

/** What is known of a run: each task asks. */
interface Known {
  /** Folders of playbooks and roles. */
  readonly owners: Set<string>;
  /** Files by the names of their modules. */
  readonly modules: Map<string, string>;
  /** Modules of collections by full name, found or not, since the last owner came. */
  readonly collected: Map<string, string | undefined>;
  readonly judged: Map<string, OwnModule>;
}

const knowledge = new WeakMap<LoadContext, Known>();
const ANSIBLE_PYTHON = /ansible\.module_utils|ansible_collections\.|<<INCLUDE_ANSIBLE_MODULE|AnsibleModule/;
const IGNORED = /\.(py[co]|bak|orig|rpm(new|save|orig)|ya?ml|ini|txt|md|rst)$|~$/;

function known(context: LoadContext): Known {
  const found = knowledge.get(context);
  if (found) return found;
  const made: Known = { owners: new Set(), modules: new Map(), collected: new Map(), judged: new Map() };
  knowledge.set(context, made);
  for (const folder of context.libraryPath ?? []) addFolder(folder, made, context);
  return made;
}

function addFolder(folder: string, { modules }: Known, { sources }: LoadContext): void {
  for (const file of sources.list(folder)) {
    const name = file.replace(/\.[^.]+$/, '');
    if (IGNORED.test(file) || name === '__init__' || name === '') continue;
    const path = posix.join(folder, file);
    // an action plugin of the same name is what Ansible would run
    if (!modules.has(name) || folder.endsWith('/action_plugins')) modules.set(name, path);
  }
}

/** From now on modules of this playbook's or role's folder are known, in all files: as in Ansible, not in its own only. */
export function addLibrary(owner: string, context: LoadContext): void {
  const now = known(context);
  if (now.owners.has(owner)) return;
  now.owners.add(owner);
  now.collected.clear();
  for (const part of ['library', 'action_plugins']) addFolder(posix.join(owner, part), now, context);
}

/** The module of the user's own that a task names, if there is one. */
export function ownModule(name: string, context: LoadContext): OwnModule | undefined {
  const path = known(context).modules.get(name);
  return path === undefined ? undefined : judged(path, context);
}

/** The same of a collection that lies below a playbook's or role's folder, in `collections`. */
export function collectionModule(name: string, context: LoadContext): OwnModule | undefined {
  const { owners, collected } = known(context);
  const [namespace, collection, short, ...rest] = name.split('.');
  if (short === undefined || rest.length > 0) return undefined;
  if (!collected.has(name)) {
    const file = posix.join(namespace, collection, 'plugins/modules', `${short}.py`);
    const paths = [...owners].map((owner) => posix.join(owner, 'collections/ansible_collections', file));
    collected.set(
      name,
      paths.find((path) => context.sources.kind(path) === 'file'),
    );
  }
  const path = collected.get(name);
  return path === undefined ? undefined : judged(path, context);
}

function judged(path: string, context: LoadContext): OwnModule {
  const seen = known(context).judged.get(path);
  if (seen) return seen;
  const data = path.includes('/action_plugins/') ? undefined : context.sources.read(path);
  const needsAnsible = data === undefined || ANSIBLE_PYTHON.test(Buffer.from(data).toString('latin1'));
  known(context).judged.set(path, { path, needsAnsible });
  return { path, needsAnsible };
}

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

const folders = new WeakMap<LoadContext, Map<string, readonly string[]>>();
const ANSIBLE_PYTHON = /ansible\.module_utils|ansible_collections\.|<<INCLUDE_ANSIBLE_MODULE|AnsibleModule/;
const IGNORED = /\.(py[co]|bak|orig|rpm(new|save|orig)|ya?ml|ini|txt|md|rst)$|~$/;

/** Names of a folder, listed once in a run. */
function names(folder: string, context: LoadContext): readonly string[] {
  const known = folders.get(context) ?? new Map<string, readonly string[]>();
  folders.set(context, known);
  const list = known.get(folder) ?? context.sources.list(folder);
  known.set(folder, list);
  return list;
}

/** From now on modules of this playbook's or role's folder are known, in all files: as in Ansible, not in its own only. */
export function addLibrary(owner: string, context: LoadContext): void {
  for (const part of ['library', 'action_plugins']) names(posix.join(owner, part), context);
}

function fileIn(folder: string, name: string, context: LoadContext): string | undefined {
  const file = names(folder, context).find(
    (one) => !IGNORED.test(one) && (one === name || one.replace(/\.[^.]+$/, '') === name),
  );
  return file === undefined ? undefined : posix.join(folder, file);
}

/** Places of a collection's module below the known playbooks' and roles' folders, and of ansible.cfg. */
function collectionFolders(name: string, context: LoadContext): string[] {
  const [namespace, collection, ...rest] = name.split('.');
  if (rest.length !== 1) return [];
  const owners = [...(folders.get(context)?.keys() ?? [])].map((folder) => posix.dirname(folder));
  return [...new Set(owners)].map((owner) =>
    posix.join(owner, 'collections/ansible_collections', namespace, collection, 'plugins/modules'),
  );
}

/** The module of the user's own that a task names, if there is one. */
export function ownModule(name: string, context: LoadContext): OwnModule | undefined {
  const places = [...(context.libraryPath ?? []), ...(folders.get(context)?.keys() ?? [])];
  const found = places.flatMap((folder) => fileIn(folder, name, context) ?? []);
  const plugin = found.find((path) => path.includes('/action_plugins/'));
  if (plugin) return { path: plugin, needsAnsible: true };
  const short = name.split('.').at(-1) as string;
  const inCollection = collectionFolders(name, context).flatMap((folder) => fileIn(folder, short, context) ?? []);
  const path = found[0] ?? inCollection[0];
  if (path === undefined) return undefined;
  const data = context.sources.read(path);
  return { path, needsAnsible: data === undefined || ANSIBLE_PYTHON.test(Buffer.from(data).toString('latin1')) };
}

import { dirname, join } from 'node:path';
import type { Sources } from '../../play/sources.ts';
import type { Play } from '../../play/plan.ts';

/** What Ansible loads from folders beside a playbook and in roles. */
const PLUGINS: Readonly<Record<string, string>> = {
  library: 'modules',
  modules: 'modules',
  action_plugins: 'action plugins',
  callback_plugins: 'callback plugins',
  connection_plugins: 'connection plugins',
  filter_plugins: 'filter plugins',
  inventory_plugins: 'inventory plugins',
  lookup_plugins: 'lookup plugins',
  module_utils: 'module utilities',
  strategy_plugins: 'strategy plugins',
  test_plugins: 'test plugins',
  vars_plugins: 'variables plugins',
};
/** Modules are looked at one by one (own_module); nothing of a playbook hangs on callbacks. */
const QUIET = new Set(['library', 'modules', 'module_utils', 'callback_plugins']);

/** Those that are warned of before a run. */
const LOUD = Object.keys(PLUGINS).filter((name) => !QUIET.has(name));

/** Which of these folders may be there: a folder whose files nobody lets us list can still have them. */
function candidates(owner: string, names: readonly string[], sources: Sources): readonly string[] {
  try {
    const there = new Set(sources.list(owner));
    return names.filter((name) => there.has(name));
  } catch {
    return names;
  }
}

/**
 * Folders of Python plugins in `owners` (folders of playbooks and roles): `[folder, what]`.
 * @param names of the kinds of folders that are looked for
 */
export function pluginFolders(
  owners: Iterable<string>,
  sources: Sources,
  names: readonly string[] = Object.keys(PLUGINS),
): [string, string][] {
  return [...new Set(owners)].flatMap((owner) =>
    candidates(owner, names, sources).flatMap((name): [string, string][] => {
      const folder = join(owner, name);
      return sources.list(folder).some((file) => file.endsWith('.py')) ? [[folder, PLUGINS[name]]] : [];
    }),
  );
}

/** Warns of plugins of the playbooks and their roles that are not run; what uses them fails when it is reached. */
export function warnOfPlugins(
  files: readonly string[],
  plays: readonly Play[],
  sources: Sources,
  warn: (message: string) => void,
): void {
  const owners = [
    ...files.map((file) => dirname(file)),
    ...plays.flatMap(({ roles }) => roles.map(({ path }) => path)),
  ];
  for (const [folder, what] of pluginFolders(owners, sources, LOUD)) {
    warn(`E_PLUGIN_PYTHON: ${what} in Python are not run: ${folder}; what uses them fails when it is reached`);
  }
}

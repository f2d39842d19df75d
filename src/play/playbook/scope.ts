import { expandUserPath } from '../../base/paths/user-path.ts';
import { ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { dict, TemplateText, type Dict, type Value } from '../../base/value.ts';
import type { Scope } from '../../template/contract.ts';
import type { Parent, Play, RoleRef } from '../plan.ts';
import { ANSIBLE_VERSION } from '../variables/index.ts';
import { playOf, resolvePath, type Loading } from './loading.ts';

function roleLayers(role: RoleRef | undefined): { strong: Dict[]; weak: Dict[] } {
  if (!role) return { strong: [], weak: [] };
  const chain = [role, ...role.parents.toReversed()];
  const strong = chain.flatMap((at) => [at.params, at.vars]);
  return { strong, weak: chain.map((at) => at.defaults) };
}

/** The variables of those vars_files whose names are known before the run, the last file first. */
function fileLayers(play: Play, loading: Loading): Dict[] {
  const layers: Dict[] = [];
  for (const entry of play.varsFiles) {
    const names = (Array.isArray(entry) ? entry : [entry]).filter((name) => typeof name === 'string');
    const plain = names.map((name) => expandUserPath(name, loading.context.sources.environment));
    const paths = plain.flatMap((name) => [resolvePath(play.folder, `vars/${name}`), resolvePath(play.folder, name)]);
    const path = paths.find((candidate) => loading.context.sources.kind(candidate) !== undefined);
    const value = path === undefined ? null : loading.files.read(path).value;
    if (value instanceof Map) layers.unshift(value);
  }
  return layers;
}

/** Variables as they are known while loading: extra vars, then those of the blocks around, the role and the play. */
export function loadScope(loading: Loading, parent: Parent, role?: RoleRef, own?: Dict): Scope {
  const outer = loading.context.scope;
  // Files are read only when nothing stronger has the name.
  const layers: (() => Dict[])[] = own ? [() => [own]] : [];
  let at: Parent | undefined = parent;
  const { strong, weak } = roleLayers(role);
  while (at) {
    const { vars } = at;
    if (at.kind === 'play') {
      const play = at;
      layers.push(
        () => strong,
        () => fileLayers(play, loading),
      );
    }
    if (vars) layers.push(() => [vars]);
    at = at.kind === 'play' ? undefined : at.parent;
  }
  const run = dict({
    playbook_dir: playOf(parent).folder,
    ansible_version: ANSIBLE_VERSION,
    ansible_playbook_python: '/usr/bin/python3',
  });
  const facts: Dict = role ? new Map([...run, ['role_name', role.name], ['role_path', role.path]]) : run;
  layers.push(() => [...weak, facts]);
  return {
    lookup: (name) => outer.lookup(name) ?? find(layers, name),
    names: () =>
      new Set([
        ...outer.names(),
        ...layers.flatMap((layer) => layer().flatMap((vars) => [...vars.keys()].map(String))),
      ]),
  };
}

function find(layers: readonly (() => Dict[])[], name: string): Value | undefined {
  for (const layer of layers) {
    const vars = layer().find((one) => one.has(name));
    if (vars) return vars.get(name);
  }
  return undefined;
}

/** Renders a file or role name at load time. */
export function staticName(value: Value, scope: Scope, span: Span, what: string, loading: Loading): string {
  if (!(value instanceof TemplateText)) return String(value);
  try {
    return String(loading.context.templar.render(value, scope, { convert: false }));
  } catch (cause) {
    if (!(cause instanceof ToaError)) throw cause;
    throw loading.error(
      what === 'role name' ? 'E_PLAY_ROLE' : 'E_PLAY_IMPORT',
      `Error when evaluating variable in ${what}: ${value.source} (${cause.message})`,
      span,
      'what is imported is read before the run: use variables of vars, vars_files or -e, or an include_* instead',
      { cause },
    );
  }
}

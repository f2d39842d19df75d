import { collected, type Block, type Play, type RoleRef, type Task } from '../plan.ts';
import { type Layer, markWritten } from './layers.ts';

/** All dependencies below a role, in the order of their use. */
function dependencies(role: RoleRef): RoleRef[] {
  return role.dependencies.flatMap((each) => [...dependencies(each), each]);
}

/** Defaults that a role's tasks see, weakest first: of its dependencies, of the roles that led to it, its own. */
function defaultsOf(role: RoleRef): Layer[] {
  return [...dependencies(role), ...role.parents, role].map((each) => each.defaults);
}

function varsOf(role: RoleRef): Layer[] {
  return [...role.parents, ...dependencies(role), role].map((each) => each.vars);
}

const isFilled = (layer: Layer): boolean => !(layer instanceof Map) || layer.size > 0;

/** Layers that depend on the play alone, strongest first. */
export function playRoleLayers(roles: readonly RoleRef[]): { vars: Layer[]; defaults: Layer[] } {
  const all = roles.flatMap((role) => [...dependencies(role), role]);
  const pick = (of: (role: RoleRef) => Layer): Layer[] => markWritten(all.map(of).filter(isFilled).reverse());
  return { vars: pick((role) => role.vars), defaults: pick((role) => role.defaults) };
}

/** Layers that depend on the task alone, strongest first. */
export interface NodeLayers {
  readonly includeParams: readonly Layer[];
  readonly roleParams: readonly Layer[];
  /** Of the task, then of the blocks around it. */
  readonly vars: readonly Layer[];
  readonly roleVars: readonly Layer[];
  readonly roleDefaults: readonly Layer[];
}

function ownVars(node: Task | Block): Layer[] {
  const out: Layer[] = [];
  for (let at: Task | Block | Play = node; at.kind !== 'play'; at = at.parent) if (at.vars) out.push(at.vars);
  return out;
}

function includeParams(node: Task | Block): Layer[] {
  const out: Layer[] = [];
  for (let at: Task | Block | Play = node; at.kind !== 'play'; at = at.parent) {
    if (at.kind === 'block' && at.includeParams) out.push(at.includeParams);
  }
  return out;
}

export function nodeLayers(node: Task | Block): NodeLayers {
  const { role } = node;
  const strongestFirst = (layers: Layer[]): Layer[] => markWritten(layers.filter(isFilled).reverse());
  return {
    includeParams: includeParams(node).filter(isFilled),
    roleParams: role ? strongestFirst([...role.parents, role].map((each) => each.params)) : [],
    vars: markWritten(ownVars(node).filter(isFilled)),
    roleVars: role ? strongestFirst(varsOf(role)) : [],
    roleDefaults: role ? strongestFirst(defaultsOf(role)) : [],
  };
}

/** Names for role_names and its kin. */
export function roleNames(play: Play): { direct: string[]; dependent: string[]; all: string[] } {
  const direct = play.roleNames;
  const dependent = [...new Set(play.roles.flatMap(dependencies).map((role) => role.name))];
  return { direct, dependent, all: [...new Set([...dependent, ...direct])] };
}

/** The `environment` of a task: a list of dicts, outermost first. */
export function environmentOf(node: Task | Block): ReturnType<typeof collected<'environment'>>[number] {
  return collected(node, 'environment').flat();
}

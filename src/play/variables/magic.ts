import { dict, LazyMapping, type Dict, type Value } from '../../base/value.ts';
import { isIpAddress } from '../inventory/address.ts';
import type { Inventory, RunFacts, ScopeRequest } from '../contract.ts';
import type { Play, RoleRef } from '../plan.ts';
import { LazyLayer, type Layer } from './layers.ts';
import { environmentOf, roleNames } from './roles.ts';

/** The ansible-core whose behaviour this program has. */
export const ANSIBLE_VERSION = dict({ string: '2.14.18', full: '2.14.18', major: 2, minor: 14, revision: 18 });

/** Who is in the game. */
export interface PlayHosts {
  readonly all: readonly string[];
  readonly batch: readonly string[];
  readonly active: readonly string[];
}

type Makers = Map<string, () => Value | undefined>;

function optional(value: string | undefined): Value | undefined {
  return value;
}

/** Variables that tell of the run: the same for all hosts and tasks. */
export function runLayer(run: RunFacts, playbookDir: string, omit: string): Layer {
  const out: Dict = new Map<Value, Value>([
    ['playbook_dir', playbookDir],
    ['ansible_playbook_python', '/usr/bin/python3'],
    ['ansible_config_file', run.configFile ?? null],
    ['ansible_version', ANSIBLE_VERSION],
    ['ansible_check_mode', run.check],
    ['ansible_diff_mode', run.diff],
    ['ansible_forks', run.forks],
    ['ansible_verbosity', run.verbosity],
    ['ansible_run_tags', [...run.runTags]],
    ['ansible_skip_tags', [...run.skipTags]],
    ['ansible_inventory_sources', [...run.inventorySources]],
    ['omit', omit],
  ]);
  const limit = optional(run.limit);
  if (limit !== undefined) out.set('ansible_limit', limit);
  return out;
}

/** `groups`: hosts by group, made when asked. */
export class GroupsMapping extends LazyMapping {
  private readonly inventory: Inventory;

  constructor(inventory: Inventory) {
    super();
    this.inventory = inventory;
  }

  get(key: Value): Value | undefined {
    return this.has(key) ? [...this.inventory.members(key as string)] : undefined;
  }

  has(key: Value): boolean {
    return typeof key === 'string' && this.inventory.groups.has(key);
  }

  keys(): Iterable<Value> {
    return this.inventory.groups.keys();
  }

  get size(): number {
    return this.inventory.groups.size;
  }
}

/** Variables that tell of the play. */
export function playLayer(play: Play, hosts: () => PlayHosts): Layer {
  const names = roleNames(play);
  const makers: Makers = new Map<string, () => Value | undefined>([
    ['ansible_play_name', () => play.name ?? (Array.isArray(play.hosts) ? play.hosts.join(',') : play.hosts)],
    ['role_names', () => names.direct],
    ['ansible_play_role_names', () => names.direct],
    ['ansible_dependent_role_names', () => names.dependent],
    ['ansible_role_names', () => names.all],
  ]);
  return new StackedLayer(new PlayHostsLayer(hosts), new LazyLayer(makers));
}

/** Who is in the game: read anew each time, since batches come and hosts fail. */
class PlayHostsLayer implements Layer {
  private readonly hosts: () => PlayHosts;

  constructor(hosts: () => PlayHosts) {
    this.hosts = hosts;
  }

  get(name: Value): Value | undefined {
    const key = PLAY_HOST_NAMES.get(name as string);
    return key === undefined ? undefined : [...this.hosts()[key]];
  }

  keys(): Iterable<Value> {
    return PLAY_HOST_NAMES.keys();
  }
}

const PLAY_HOST_NAMES: ReadonlyMap<string, keyof PlayHosts> = new Map([
  ['ansible_play_hosts_all', 'all'],
  ['ansible_play_hosts', 'active'],
  ['ansible_play_batch', 'batch'],
  ['play_hosts', 'batch'],
]);

/** Two layers of the same level. */
class StackedLayer implements Layer {
  private readonly layers: readonly Layer[];

  constructor(...layers: readonly Layer[]) {
    this.layers = layers;
  }

  get(name: Value): Value | undefined {
    for (const layer of this.layers) {
      const value = layer.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  *keys(): Iterable<Value> {
    for (const layer of this.layers) yield* layer.keys();
  }
}

function roleMakers(role: RoleRef, makers: Makers): void {
  makers.set('role_name', () => role.name.split('.').at(-1));
  makers.set('ansible_role_name', () => role.name);
  makers.set('role_path', () => role.path);
  makers.set('ansible_collection_name', () => null);
  const { includers = role.parents } = role;
  if (includers.length === 0) return;
  makers.set('ansible_parent_role_names', () => includers.map((parent) => parent.name).reverse());
  makers.set('ansible_parent_role_paths', () => includers.map((parent) => parent.path).reverse());
}

/** Variables that tell of the task. */
export function nodeLayer(node: NonNullable<ScopeRequest['node']>): Layer {
  const makers: Makers = new Map<string, () => Value | undefined>([
    ['environment', () => environmentOf(node) as Value],
  ]);
  if (node.role) roleMakers(node.role, makers);
  return new LazyLayer(makers);
}

/** Variables that tell of the host, at the level of its own ones. */
export function hostLayer(name: string, inventory: Inventory): Layer {
  const host = inventory.hosts.get(name);
  const out: Dict = new Map<Value, Value>([
    ['inventory_hostname', name],
    ['inventory_hostname_short', isIpAddress(name) ? name : name.split('.')[0]],
    ['group_names', [...inventory.groupsOf(name)]],
  ]);
  if (host) {
    out.set('inventory_file', host.inventoryFile ?? null);
    out.set('inventory_dir', host.inventoryDir ?? null);
  }
  return out;
}

/** `vars` and `ansible_delegated_vars`, made only when asked for. */
export class SpecialLayer implements Layer {
  private readonly all: () => Value;
  private readonly delegated: (() => Value) | undefined;

  constructor(all: () => Value, delegated: (() => Value) | undefined) {
    this.all = all;
    this.delegated = delegated;
  }

  get(name: Value): Value | undefined {
    if (name === 'vars') return this.all();
    return name === 'ansible_delegated_vars' ? this.delegated?.() : undefined;
  }

  keys(): Iterable<Value> {
    return this.delegated ? ['vars', 'ansible_delegated_vars'] : ['vars'];
  }
}

import { ToaError } from '../../base/errors.ts';
import { isMapping, type Dict, type Value } from '../../base/value.ts';
import type { Inventory, InventoryGroup, InventoryHost } from '../contract.ts';
import { mergeValues } from '../variables/merge.ts';
import { ancestors, descendants, MutableGroup, setDepths, type MutableHost } from './group.ts';
import { matchPatterns } from './pattern.ts';

/** Names that mean this machine; one of them that no source defines is made on demand. */
export const LOCALHOST: readonly string[] = ['127.0.0.1', 'localhost', '::1'];

export interface InventoryOptions {
  /** `hash_behaviour = merge`: dicts set twice for one group or host are merged. */
  readonly mergeHashes?: boolean;
  readonly warn?: (message: string) => void;
}

/** Where the hosts that are being added come from. */
export interface CurrentSource {
  readonly file: string;
  readonly folder?: string;
}

/** The inventory: hosts, groups and what joins them. Sources fill it, `add_host` and `group_by` add to it. */
export class InventoryData implements Inventory {
  private readonly hostMap = new Map<string, MutableHost>();
  private readonly groupMap = new Map<string, MutableGroup>();
  private readonly options: InventoryOptions;
  private readonly memberCache = new Map<string, readonly string[]>();
  private readonly groupsOfCache = new Map<string, readonly string[]>();
  private readonly patternCache = new Map<string, readonly string[]>();
  private local: MutableHost | undefined;
  private implicit: MutableHost | undefined;
  private changes = 0;
  private depthsAt = -1;
  readonly sources: readonly string[];
  current: CurrentSource | undefined;

  constructor(options: InventoryOptions = {}, sources: readonly string[] = []) {
    this.options = options;
    this.sources = sources;
    this.group('all');
    this.group('ungrouped');
    this.addChild('all', 'ungrouped');
  }

  /** Grows with each change; whatever was derived from the inventory before is out of date. */
  get version(): number {
    return this.changes;
  }

  get hosts(): ReadonlyMap<string, InventoryHost> {
    return this.hostMap;
  }

  get groups(): ReadonlyMap<string, InventoryGroup> {
    if (this.depthsAt !== this.changes) {
      setDepths(this.groupMap);
      this.depthsAt = this.changes;
    }
    return this.groupMap;
  }

  private readonly added = new Set<string>();

  private changed(): void {
    this.changes++;
    this.memberCache.clear();
    this.groupsOfCache.clear();
    this.patternCache.clear();
  }

  private warn(message: string): void {
    this.options.warn?.(message);
  }

  // Building

  hasGroup(name: string): boolean {
    return this.groupMap.has(name);
  }

  /** Makes a group unless it is there; gives its name. */
  group(name: string): string {
    if (name === '') throw new ToaError('E_INVENTORY_GROUP', 'Invalid empty/false group name provided');
    if (!this.groupMap.has(name)) {
      if (/^\d|[^\p{L}\p{N}_]/u.test(name)) {
        this.warn('Invalid characters were found in group names but not replaced, use -vvvv to see details');
      }
      this.groupMap.set(name, new MutableGroup(name));
      this.changed();
    }
    return name;
  }

  /** Makes a host unless it is there, and puts it into a group. */
  putHost(name: string, group?: string, port?: number): void {
    if (name === '') throw new ToaError('E_INVENTORY_HOST', 'Invalid empty host name provided');
    if (!this.hostMap.has(name)) this.newHost(name, port);
    if (group !== undefined) this.join(name, group);
  }

  private newHost(name: string, port: number | undefined): void {
    const vars: Dict = new Map();
    if (port !== undefined) vars.set('ansible_port', port);
    const { file, folder } = this.current ?? {};
    const host: MutableHost = { name, vars, groups: new Set(), inventoryFile: file, inventoryDir: folder };
    this.hostMap.set(name, host);
    this.changed();
    if (!LOCALHOST.includes(name)) return;
    if (this.local) {
      this.warn(`A duplicate localhost-like entry was found (${name}). First found localhost was ${this.local.name}`);
    } else this.local = host;
  }

  private join(host: string, group: string): boolean {
    const target = this.groupMap.get(group);
    if (!target) throw new ToaError('E_INVENTORY_GROUP', `Could not find group ${group} in inventory`);
    if (target.hostSet.has(host)) return false;
    target.hostSet.add(host);
    this.hostMap.get(host)?.groups.add(group);
    if (this.implicit?.name === host) this.implicit.groups.add(group);
    this.changed();
    return true;
  }

  /** Sets a variable of a group, or else of a host, of that name. */
  setVariable(kind: 'group' | 'host', name: string, key: Value, value: Value): void {
    const group = kind === 'group' ? this.groupMap.get(name) : undefined;
    if (group && key === 'ansible_group_priority') {
      group.priority = Math.trunc(Number(value));
      if (Number.isNaN(group.priority)) {
        throw new ToaError(
          'E_INVENTORY_PRIORITY',
          `ansible_group_priority of ${name} is not a number: ${String(value)}`,
        );
      }
      this.changed();
      return;
    }
    const vars = group?.vars ?? this.hostMap.get(name)?.vars;
    if (!vars) throw new ToaError('E_INVENTORY_HOST', `Could not identify group or host named ${name}`);
    const old = vars.get(key);
    const merged = this.options.mergeHashes && isMapping(old) && isMapping(value) ? mergeValues(old, value) : value;
    vars.set(key, merged);
    this.changes++;
  }

  /** Makes a group the child of another. */
  addChild(parent: string, child: string): boolean {
    const [above, below] = [this.groupMap.get(parent), this.groupMap.get(child)];
    if (!above || !below) throw new ToaError('E_INVENTORY_GROUP', `${above ? child : parent} is not a known group`);
    if (above.childSet.has(child)) return false;
    if (parent === child || ancestors(this.groupMap, parent).has(child)) {
      throw new ToaError(
        'E_INVENTORY_LOOP',
        `Adding group '${child}' as child to '${parent}' creates a recursive dependency loop.`,
        { remedy: 'a group cannot be below itself: remove one of the :children entries' },
      );
    }
    above.childSet.add(child);
    below.parentSet.add(parent);
    this.changed();
    return true;
  }

  /** Puts groups without parents below `all`, and hosts without groups into `ungrouped`. Call when all is read. */
  reconcile(): void {
    for (const group of this.groupMap.values()) {
      if (group.name !== 'all' && group.parentSet.size === 0) this.addChild('all', group.name);
    }
    const ungrouped = this.groupMap.get('ungrouped') as MutableGroup;
    for (const host of this.hostMap.values()) {
      const named = [...host.groups].some((group) => group !== 'all' && group !== 'ungrouped');
      if (!named) this.join(host.name, 'ungrouped');
      else if (host.groups.delete('ungrouped')) {
        ungrouped.hostSet.delete(host.name);
        this.changed();
      }
      if (this.groupMap.has(host.name)) this.warn(`Found both group and host with same name: ${host.name}`);
    }
  }

  // Asking

  /** A host by name; the implicit localhost is made when it is asked for and no source defines it. */
  host(name: string): InventoryHost | undefined {
    const found = this.hostMap.get(name);
    if (found || !LOCALHOST.includes(name)) return found;
    if (this.local) return this.local;
    const vars = [
      ['ansible_connection', 'local'],
      ['ansible_python_interpreter', '/usr/bin/python3'],
    ] as const;
    this.implicit ??= { name, vars: new Map(vars), groups: new Set() };
    return this.implicit;
  }

  isImplicit(host: string): boolean {
    return this.implicit?.name === host && !this.hostMap.has(host);
  }

  members(group: string): readonly string[] {
    const known = this.memberCache.get(group);
    if (known) return known;
    const out = new Set<string>();
    for (const name of descendants(this.groupMap, group)) {
      for (const host of this.groupMap.get(name)?.hostSet ?? []) {
        if (group !== 'all' || this.hostMap.has(host)) out.add(host);
      }
    }
    const members = [...out];
    this.memberCache.set(group, members);
    return members;
  }

  groupsOf(host: string): readonly string[] {
    const direct = (this.hostMap.get(host) ?? (this.implicit?.name === host ? this.implicit : undefined))?.groups;
    if (!direct) return [];
    const key = [...direct].join('\0');
    const known = this.groupsOfCache.get(key);
    if (known) return known;
    const out = new Set<string>();
    for (const group of direct) {
      out.add(group);
      for (const above of ancestors(this.groupMap, group)) out.add(above);
    }
    out.delete('all');
    const names = [...out].sort();
    this.groupsOfCache.set(key, names);
    return names;
  }

  match(pattern: string | readonly string[], unmatched?: (part: string) => void): string[] {
    return matchPatterns(this, pattern, unmatched, this.patternCache);
  }

  // Verbs

  addHost(name: string, groups: readonly string[], vars: Dict): boolean {
    const before = this.changes;
    this.putHost(name, 'all');
    this.added.add(name);
    const host = this.hostMap.get(name) as MutableHost;
    for (const [key, value] of vars) {
      if (host.vars.get(key) !== value) this.setVariable('host', name, key, value);
    }
    for (const group of groups) this.join(name, this.group(group));
    const isChanged = this.changes !== before;
    if (isChanged) this.reconcile();
    return isChanged;
  }

  isAdded(name: string): boolean {
    return this.added.has(name);
  }

  addGroup(name: string, parents: readonly string[]): boolean {
    const before = this.changes;
    this.group(name);
    for (const parent of parents) this.addChild(this.group(parent), name);
    const isChanged = this.changes !== before;
    if (isChanged) this.reconcile();
    return isChanged;
  }

  addToGroup(host: string, group: string): boolean {
    this.group(group);
    const isChanged = this.join(this.host(host)?.name ?? host, group);
    if (isChanged) this.reconcile();
    return isChanged;
  }
}

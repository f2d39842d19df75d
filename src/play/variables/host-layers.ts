import type { Dict } from '../../base/value.ts';
import type { Inventory, InventoryGroup, InventoryHost } from '../contract.ts';
import { hostLayer } from './magic.ts';
import { type Layer, markWritten } from './layers.ts';
import type { Sources } from '../sources.ts';
import { VarsFolders } from './vars-folders.ts';

/** An inventory that tells of its changes; what loadInventory gives. */
export type VersionedInventory = Inventory & {
  /** Grows with each change. */
  readonly version: number;
  /** A host by name, the implicit localhost included. */
  host(name: string): InventoryHost | undefined;
  /** Whether add_host made or changed it: its variables may be what a host said. */
  isAdded(name: string): boolean;
};

/** The host's name is as good as written where it cannot be more than a name. */
function namesLayers(name: string): readonly Layer[] {
  if (!/^[\w.:-]+$/.test(name)) return [];
  return [new Map([['inventory_hostname', name]])];
}

const isFilled = (dict: Dict): boolean => dict.size > 0;

/** What a host's variables are made of before any play: inventory, group_vars and host_vars. */
export class HostLayers {
  private readonly inventory: VersionedInventory;
  private readonly sources: Sources;
  private readonly folders: VarsFolders;
  private readonly hosts = new Map<string, readonly (readonly Layer[])[]>();
  private groupLayers = new WeakMap<readonly string[], readonly Layer[]>();
  private version = -1;
  private bases: readonly string[] = [];
  private playbookDir: string;

  constructor(inventory: VersionedInventory, sources: Sources, load: (path: string) => Dict, playbookDir: string) {
    this.inventory = inventory;
    this.sources = sources;
    this.folders = new VarsFolders(sources, load);
    this.playbookDir = playbookDir;
  }

  /** Uses the group_vars and host_vars beside another playbook from now on. */
  setPlaybookDir(folder: string): void {
    this.playbookDir = folder;
    this.version = -1;
  }

  /** The layers of a host, strongest first. */
  layers(name: string): readonly (readonly Layer[])[] {
    this.refresh();
    const known = this.hosts.get(name);
    if (known) return known;
    const layers = [this.own(name), this.groups(this.inventory.groupsOf(name))];
    this.hosts.set(name, layers);
    return layers;
  }

  /** The variables that belong to a host alone, strongest first. */
  own(name: string): readonly Layer[] {
    this.refresh();
    const files = (base: string): readonly Dict[] => this.folders.varsFor(base, 'host_vars', name).toReversed();
    const vars = this.inventory.host(name)?.vars;
    const ofInventory = vars && vars.size > 0 ? [vars] : [];
    return [
      ...markWritten([...files(this.playbookDir), ...this.bases.flatMap(files)]),
      ...markWritten(namesLayers(name)),
      hostLayer(name, this.inventory),
      ...(this.inventory.isAdded(name) ? ofInventory : markWritten(ofInventory)),
    ];
  }

  /** The variables of one group, strongest first: of group_vars beside the inventory, of the inventory. */
  ofGroup(name: string): readonly Layer[] {
    this.refresh();
    return [
      ...this.bases.flatMap((base) => this.files(base, [name])),
      this.inventory.groups.get(name)?.vars ?? new Map(),
    ];
  }

  private refresh(): void {
    if (this.version === this.inventory.version) return;
    this.version = this.inventory.version;
    this.hosts.clear();
    this.groupLayers = new WeakMap();
    const folders = this.inventory.sources.map((path) =>
      this.sources.kind(path) === 'directory' ? path : path.slice(0, Math.max(1, path.lastIndexOf('/'))),
    );
    // Later sources are stronger; a folder that is named twice counts where it stands last.
    this.bases = [...new Set(folders.toReversed())];
  }

  private files(base: string, groups: readonly string[]): Dict[] {
    return groups.flatMap((group) => this.folders.varsFor(base, 'group_vars', group)).reverse();
  }

  /** Deeper groups are stronger, then those of higher priority, then the later name. */
  private sorted(names: readonly string[]): InventoryGroup[] {
    const { groups } = this.inventory;
    return names
      .map((name) => groups.get(name) as InventoryGroup)
      .sort((a, b) => a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : 1));
  }

  private groups(names: readonly string[]): readonly Layer[] {
    const known = this.groupLayers.get(names);
    if (known) return known;
    const groups = this.sorted(names);
    const ordered = groups.map((group) => group.name);
    const all = this.inventory.groups.get('all')?.vars ?? new Map();
    const layers = [
      ...this.files(this.playbookDir, ordered),
      ...this.bases.flatMap((base) => this.files(base, ordered)),
      ...this.files(this.playbookDir, ['all']),
      ...this.bases.flatMap((base) => this.files(base, ['all'])),
      ...groups.map((group) => group.vars).reverse(),
      all,
    ].filter(isFilled);
    this.groupLayers.set(names, markWritten(layers));
    return layers;
  }
}

import type { ToaError } from '../base/errors.ts';
import type { Dict, Value } from '../base/value.ts';
import type { Scope, Templar } from '../template/contract.ts';
import type { Block, Keywords, Node, Parent, Play, RoleRef, Task, VerbCatalog } from './plan.ts';
import type { Sources } from './sources.ts';
import type { Layer } from './variables/layers.ts';

/** What every loading function needs; made once per run by src/cli. */
export interface LoadContext {
  readonly sources: Sources;
  readonly verbs: VerbCatalog;
  readonly templar: Templar;
  readonly vault: VaultReader;
  /** Folders of `roles_path`, absolute. */
  readonly rolesPath: readonly string[];
  /** Folders of `library`, absolute: modules of the user's own. */
  readonly libraryPath?: readonly string[];
  /** Where the run was started; the last place of a role that is named by a path. */
  readonly cwd?: string;
  /** Variables that `import_*` file names, vars_files and role names may use at load time (extra vars, play vars). */
  readonly scope: Scope;
  readonly nextId: () => number;
  /**
   * Told of what Ansible or a public collection has and we have not, at each place; its task fails when it is reached.
   * Absent: it is a mistake like any other.
   * @param what names it for people: `seport`, `the argument unsafe_writes of copy`
   */
  readonly missing?: (what: string, error: ToaError) => void;
}

export interface VaultReader {
  isVault(data: Uint8Array | string): boolean;
  /** Throws ToaError E_VAULT_*: no password, wrong password, damaged. */
  decrypt(data: Uint8Array | string, label: string): Uint8Array;
}

/** src/play/playbook: parsing to the Plan. Each throws ToaError (E_YAML_*, E_PLAY_*) with span, caret and remedy. */
export interface PlaybookLoader {
  /** A playbook file with its imports, whole. Unknown verbs, keywords and arguments are all reported in one go. */
  loadPlaybook(path: string, context: LoadContext): Play[];
  /** A file of tasks for include_tasks (or handlers), as the children of a new implicit block below `parent`. */
  loadTasks(
    path: string,
    context: LoadContext,
    use: { parent: Parent; role?: RoleRef; apply?: Keywords; isHandler?: boolean },
  ): Block;
  /** A role for include_role, with its dependencies before it. */
  loadRole(
    name: string,
    context: LoadContext,
    use: {
      parent: Parent;
      role?: RoleRef;
      apply?: Keywords;
      params?: Dict;
      tasksFrom?: string;
      varsFrom?: string;
      defaultsFrom?: string;
      handlersFrom?: string;
      isPublic?: boolean;
      allowDuplicates?: boolean;
      span: Task['span'];
      folder: string;
    },
  ): { block: Block; role: RoleRef };
  /** A YAML or JSON file of variables (vars_files, include_vars, group_vars); vault decrypted. */
  loadVars(path: string, context: Pick<LoadContext, 'sources' | 'vault'>): Dict;
}

export interface InventoryHost {
  readonly name: string;
  /** Own variables from the inventory sources, raw. */
  readonly vars: Dict;
  /** Direct groups. */
  readonly groups: ReadonlySet<string>;
  readonly inventoryFile?: string;
  readonly inventoryDir?: string;
}

export interface InventoryGroup {
  readonly name: string;
  readonly vars: Dict;
  /** Direct members, in order. */
  readonly hosts: readonly string[];
  readonly children: readonly string[];
  readonly parents: readonly string[];
  /** Distance from `all`; deeper groups win. */
  readonly depth: number;
  readonly priority: number;
}

/** src/play/inventory. Host order is that of the sources. `all` and `ungrouped` always exist. */
export interface Inventory {
  readonly hosts: ReadonlyMap<string, InventoryHost>;
  readonly groups: ReadonlyMap<string, InventoryGroup>;
  /** Absolute paths (files or folders) of the sources, for group_vars beside them and inventory_dir. */
  readonly sources: readonly string[];
  /** All hosts below a group, in inventory order. */
  members(group: string): readonly string[];
  /** All groups of a host, without `all`, by name; parents included. */
  groupsOf(host: string): readonly string[];
  /**
   * Hosts that a pattern names (`a:&b:!c`, `~regex`, globs, `group[0:2]`, lists), in order. The implicit localhost is
   * made when named and absent. `unmatched` is called for a part that names nothing.
   */
  match(pattern: string | readonly string[], unmatched?: (part: string) => void): string[];
  addHost(name: string, groups: readonly string[], vars: Dict): boolean;
  addGroup(name: string, parents: readonly string[]): boolean;
  addToGroup(host: string, group: string): boolean;
  /** Whether this is the implicit localhost. */
  isImplicit(host: string): boolean;
}

/** What magic variables tell of the run. */
export interface RunFacts {
  readonly playbookDir: string;
  readonly check: boolean;
  readonly diff: boolean;
  readonly forks: number;
  readonly verbosity: number;
  readonly runTags: readonly string[];
  readonly skipTags: readonly string[];
  readonly limit?: string;
  readonly configFile?: string;
  readonly inventorySources: readonly string[];
}

export interface ScopeRequest {
  readonly host: string;
  readonly play?: Play;
  readonly node?: Task | Block;
  /** Highest but for extra vars: loop variables, `vars:` of a delegated include, task results for changed_when. */
  readonly extra?: Dict;
  /** Host whose ansible_* connection variables apply, for delegate_to (delegated_vars). */
  readonly delegateTo?: string;
}

/** src/play/variables: Ansible's 22 levels of precedence, lazily evaluated. */
export interface Variables {
  /** Facts that were gathered or that a verb returned; seen as ansible_facts.* and ansible_* (level of host facts). */
  setFacts(host: string, facts: Dict): void;
  /** set_fact and registered results. */
  /** @param isWritten whether a name's value stands in the user's files as it is (see `Scope`) */
  setVars(host: string, vars: Dict, isWritten?: (name: Value) => boolean): void;
  /** include_vars. */
  includeVars(host: string, vars: Dict): void;
  /** vars, defaults and params of an include_role with public: true, seen by the rest of the play. */
  publishRole(play: Play, role: RoleRef): void;
  /** Values asked for by vars_prompt, kept for the play. */
  setPrompted(play: Play, vars: Dict): void;
  /** A play of another playbook file begins: `playbook_dir`, and the group_vars and host_vars beside it. */
  setPlaybookDir?(folder: string): void;
  /** Tells who is in the game, for ansible_play_hosts, ansible_play_batch, ansible_play_hosts_all. */
  setPlayHosts(hosts: { all: readonly string[]; batch: readonly string[]; active: readonly string[] }): void;
  /** Hosts' variables without any play: for `hosts:`-time questions, the connection of delegates, inventory listings. */
  scope(request: ScopeRequest): Scope;
  /** All variables of a host, raw and merged, for `toa-play inventory --host`, `vars`, hostvars. */
  merged(request: ScopeRequest): Dict;
  /** All that is written of a host outside of plays, raw: extra variables, host_vars, group_vars, inventory. */
  written(host: string): readonly Layer[];
  clearFacts(host: string): void;
}

export type { Node, Value };

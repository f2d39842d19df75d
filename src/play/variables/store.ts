import { randomBytes } from 'node:crypto';
import type { Dict, Value } from '../../base/value.ts';
import type { Scope, Templar } from '../../template/contract.ts';
import type { RunFacts, ScopeRequest, Variables } from '../contract.ts';
import type { Play, RoleRef } from '../plan.ts';
import type { Sources } from '../sources.ts';
import { HostFacts } from './facts.ts';
import { HostLayers, type VersionedInventory } from './host-layers.ts';
import { HostVars, ScopeMapping } from './hostvars.ts';
import { LayeredScope, type Layer, markWritten } from './layers.ts';
import { GroupsMapping, runLayer, SpecialLayer, type PlayHosts } from './magic.ts';
import { PlayLayers, type PlayState } from './play-layers.ts';
import { readVarsFiles } from './vars-files.ts';

/** The value of `omit`: an argument that has it is left out. No text from a host can be equal to it. */
export const OMIT_TOKEN = `__omit_place_holder__${randomBytes(20).toString('hex')}`;

export interface VariablesOptions {
  readonly inventory: VersionedInventory;
  /** From -e; stronger than everything but magic variables. */
  readonly extraVars: Dict;
  readonly run: RunFacts;
  /** Reads a file of variables (vars_files, group_vars, host_vars), decrypted. */
  readonly loadVars: (path: string) => Dict;
  readonly sources: Sources;
  readonly templar: Templar;
  /** `hash_behaviour = merge`. */
  readonly mergeHashes?: boolean;
  /** `inject_facts_as_vars`; default true. */
  readonly injectFacts?: boolean;
}

interface HostState {
  facts?: HostFacts;
  readonly vars: Dict;
  /** Those that set_fact has as they stand in the playbook; each name is in one of the two. */
  readonly written: Dict;
  readonly included: Dict;
  /** Grows with each change: vars_files may depend on facts and results. */
  version: number;
}

const NOBODY: PlayHosts = { all: [], batch: [], active: [] };
const NONE: readonly Layer[] = [];

/** Variables of a run. Nothing is merged: a scope looks through the levels, the strongest first. */
export class VariableStore implements Variables {
  private readonly options: VariablesOptions;
  private readonly base: HostLayers;
  private readonly states = new Map<string, HostState>();
  private readonly plays = new PlayLayers(() => this.playHosts);
  private readonly hostMappings = new Map<string, ScopeMapping>();
  private readonly hostvars: Layer;
  private readonly groups: Layer;
  private mappingsAt = -1;
  private playbookDir: string;
  private run: Layer;
  private playHosts: PlayHosts = NOBODY;

  constructor(options: VariablesOptions) {
    this.options = options;
    markWritten([options.extraVars]);
    const { inventory, sources, run } = options;
    this.playbookDir = run.playbookDir;
    this.base = new HostLayers(inventory, sources, options.loadVars, run.playbookDir);
    this.run = runLayer(run, run.playbookDir, OMIT_TOKEN);
    this.groups = new Map<Value, Value>([['groups', new GroupsMapping(inventory)]]);
    this.hostvars = new Map<Value, Value>([['hostvars', this.makeHostVars()]]);
  }

  private makeHostVars(): HostVars {
    const { inventory } = this.options;
    return new HostVars({
      names: () =>
        inventory.hosts.has('localhost') ? inventory.hosts.keys() : [...inventory.hosts.keys(), 'localhost'],
      has: (name) => inventory.host(name) !== undefined,
      varsOf: (name) => this.hostMapping(name),
    });
  }

  private hostMapping(name: string): ScopeMapping {
    const { inventory, templar } = this.options;
    if (this.mappingsAt !== inventory.version) this.hostMappings.clear();
    this.mappingsAt = inventory.version;
    let mapping = this.hostMappings.get(name);
    if (!mapping) {
      mapping = new ScopeMapping(this.scope({ host: name }), templar, `hostvars['${name}']`);
      this.hostMappings.set(name, mapping);
    }
    return mapping;
  }

  /** Another playbook of the run begins: playbook_dir and the vars folders beside it change. */
  setPlaybookDir(folder: string): void {
    if (folder === this.playbookDir) return;
    this.playbookDir = folder;
    this.base.setPlaybookDir(folder);
    this.run = runLayer(this.options.run, folder, OMIT_TOKEN);
    this.mappingsAt = -1;
  }

  private state(host: string): HostState {
    let state = this.states.get(host);
    if (!state) {
      state = { vars: new Map(), written: new Map(), included: new Map(), version: 0 };
      markWritten([state.written]);
      this.states.set(host, state);
    }
    return state;
  }

  setFacts(host: string, facts: Dict): void {
    const state = this.state(host);
    state.facts ??= new HostFacts();
    state.facts.add(facts);
    state.version++;
  }

  setVars(host: string, vars: Dict, isWritten: (name: Value) => boolean = () => false): void {
    const state = this.state(host);
    for (const [name, value] of vars) {
      const [to, from] = isWritten(name) ? [state.written, state.vars] : [state.vars, state.written];
      to.set(name, value);
      from.delete(name);
    }
    state.version++;
  }

  includeVars(host: string, vars: Dict): void {
    const state = this.state(host);
    for (const [name, value] of vars) state.included.set(name, value);
    state.version++;
  }

  publishRole(play: Play, role: RoleRef): void {
    this.plays.publish(play, role);
  }

  setPrompted(play: Play, vars: Dict): void {
    this.plays.of(play).prompted = vars;
  }

  setPlayHosts(hosts: PlayHosts): void {
    this.playHosts = hosts;
  }

  written(host: string): readonly Layer[] {
    return [this.options.extraVars, ...this.base.layers(host).flat()];
  }

  /** The facts of a host under the names that they came with, for a cache. */
  factsOf(host: string): Dict | undefined {
    return this.states.get(host)?.facts?.given();
  }

  clearFacts(host: string): void {
    const state = this.states.get(host);
    if (!state) return;
    state.facts = undefined;
    state.version++;
  }

  scope(request: ScopeRequest): Scope {
    const { mergeHashes, templar } = this.options;
    const below = this.layers(request, true);
    const { delegateTo } = request;
    const delegated =
      delegateTo === undefined
        ? undefined
        : (): Value => new Map([[delegateTo, this.delegatedVars(request, delegateTo)]]);
    const all = (): Value => new ScopeMapping(new LayeredScope(below, mergeHashes), templar, 'vars');
    return new LayeredScope([[new SpecialLayer(all, delegated)], ...below], mergeHashes);
  }

  private delegatedVars(request: ScopeRequest, host: string): ScopeMapping {
    const name: Layer = new Map<Value, Value>([['inventory_hostname', request.host]]);
    const layers = this.layers({ ...request, host, extra: undefined }, true);
    const scope = new LayeredScope([[name], ...layers], this.options.mergeHashes);
    return new ScopeMapping(scope, this.options.templar, 'ansible_delegated_vars');
  }

  /** All levels for a request, strongest first. */
  private layers(request: ScopeRequest, withHostVars: boolean): (readonly Layer[])[] {
    const { host, play, node, extra } = request;
    const nodeState = node && this.plays.ofNode(node);
    const own = nodeState?.layers;
    const playState = play && this.plays.of(play);
    const roles = play && this.plays.roles(play);
    const state = host === '' ? undefined : this.state(host);
    const magic = [this.run, this.groups];
    if (withHostVars) magic.push(this.hostvars);
    if (playState) magic.unshift(playState.magic);
    if (nodeState) magic.unshift(nodeState.magic);
    const top = [magic, [this.options.extraVars]];
    const upper = [
      extra ? [extra] : NONE,
      own?.includeParams ?? NONE,
      own?.roleParams ?? NONE,
      state ? [state.vars, state.written, state.included] : NONE,
      own?.vars ?? NONE,
      own?.roleVars ?? NONE,
      roles?.vars ?? NONE,
    ];
    const lower = [
      ...(playState ? [[playState.prompted], playState.vars] : []),
      ...(state ? [this.factLayers(state), ...this.base.layers(host)] : []),
      own?.roleDefaults ?? NONE,
      roles?.defaults ?? NONE,
    ];
    const files = play && playState && state ? this.varsFiles(request, playState, state, top, lower) : NONE;
    return [...top, ...upper, files, ...lower];
  }

  private factLayers(state: HostState): readonly Layer[] {
    const { facts } = state;
    const named: Layer = new Map<Value, Value>([['ansible_facts', facts?.named ?? new Map()]]);
    if (!facts) return [named];
    if (this.options.injectFacts ?? true) return [facts.injected, named];
    return [new Map<Value, Value>([['ansible_local', facts.named.get('ansible_local') ?? new Map()]]), named];
  }

  private varsFiles(
    { host, play }: ScopeRequest,
    playState: PlayState,
    state: HostState,
    top: readonly (readonly Layer[])[],
    lower: readonly (readonly Layer[])[],
  ): readonly Layer[] {
    if (!play || play.varsFiles.length === 0) return NONE;
    const known = playState.files.get(host);
    if (known?.version === state.version) return known.layers;
    const { sources, templar, loadVars, mergeHashes } = this.options;
    const context = { sources, templar, loadVars, playbookDir: this.playbookDir };
    const layers = readVarsFiles(play, context, (read) => new LayeredScope([...top, read, ...lower], mergeHashes));
    playState.files.set(host, { version: state.version, layers: markWritten(layers) });
    return layers;
  }

  merged(request: ScopeRequest): Dict {
    const scope = new LayeredScope(this.layers(request, false), this.options.mergeHashes);
    const out: Dict = new Map();
    for (const name of scope.names()) out.set(name, scope.lookup(name) as Value);
    return out;
  }

  /** Variables that belong to a host alone, as `inventory --export` shows them. */
  hostOnly(host: string): Dict {
    return this.flat(this.base.own(host));
  }

  /** Variables of one group, as `inventory --graph --vars` and `--export` show them. */
  groupVars(group: string): Dict {
    return this.flat(this.base.ofGroup(group));
  }

  private flat(layers: readonly Layer[]): Dict {
    const scope = new LayeredScope([layers], this.options.mergeHashes);
    return new Map([...scope.names()].map((name) => [name, scope.lookup(name) as Value]));
  }
}

/**
 * Makes the variables of a run: Ansible's levels of precedence, looked through lazily. See
 * https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_variables.html#understanding-variable-precedence
 * A scope may throw ToaError E_VARS_FILE when a file of vars_files is missing.
 */
export function createVariables(options: VariablesOptions): VariableStore {
  return new VariableStore(options);
}

import type { Value } from '../base/value.ts';
import type { OpenSession } from '../host/contract.ts';
import type { LockPolicy } from '../host/index.ts';
import type { TargetDefaults } from '../host/target.ts';
import type { Inventory, LoadContext, PlaybookLoader, Variables } from '../play/contract.ts';
import type { Play } from '../play/plan.ts';
import type { Templar } from '../template/contract.ts';
import type { ControllerPort, Verb } from '../verb/verb.ts';
import type { HostCounters, Listener } from './events.ts';

/** Flags and configuration of a run; names as in ansible-playbook and ansible.cfg. */
export interface RunSettings {
  /** Hosts at one time. */
  readonly forks: number;
  readonly check: boolean;
  readonly diff: boolean;
  readonly verbosity: number;
  /** No listener shows or keeps the result of a task that went well, `debug` and `assert` apart. Default false. */
  readonly resultsUnseen?: boolean;
  /** Facts outlast the run (a fact cache): all are gathered, whoever reads them. Default false. */
  readonly factsKept?: boolean;
  /** `--tags`; empty means all. */
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string;
  readonly step?: boolean;
  readonly forceHandlers?: boolean;
  readonly anyErrorsFatal?: boolean;
  readonly gathering?: 'implicit' | 'explicit' | 'smart';
  readonly gatherSubset?: Value;
  /** Default strategy; linear when absent. */
  readonly strategy?: string;
  /** Default of the `timeout` keyword in seconds; 0 means none. */
  readonly taskTimeoutSeconds?: number;
  /** Default of `poll` in seconds. */
  readonly pollSeconds?: number;
  /** A notified handler that nobody defines is an error (default true). */
  readonly errorOnMissingHandler?: boolean;
  /** Flags and configuration of connections and of becoming another user, where no variable or keyword says more. */
  readonly target?: TargetDefaults;
  /** What to do where another controller has a host's lock. Default: the host fails. */
  readonly lock?: LockPolicy;
  /** Names given with `-e`; they win over vars_prompt. */
  readonly extraVarNames?: ReadonlySet<string>;
}

/** One playbook file with its plays. */
export interface PlannedPlaybook {
  readonly file: string;
  readonly plays: readonly Play[];
}

export interface RunOptions {
  readonly plans: readonly PlannedPlaybook[];
  readonly inventory: Inventory;
  /** Hosts of a play: those that its pattern names and `--limit` leaves (`selectHosts` of src/play/inventory). */
  readonly select: (pattern: string | readonly string[]) => string[];
  readonly variables: Variables;
  readonly templar: Templar;
  /** By canonical name. */
  readonly verbs: ReadonlyMap<string, Verb>;
  readonly openSession: OpenSession;
  readonly loader: PlaybookLoader;
  readonly context: LoadContext;
  readonly controller: ControllerPort;
  readonly listeners: readonly Listener[];
  readonly settings: RunSettings;
  /** Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Hosts whose facts are known from an earlier run, for `gathering = smart`. */
  readonly gathered?: ReadonlySet<string>;
  /** Reads the inventory again, for `meta: refresh_inventory`. */
  readonly refreshInventory?: () => Promise<void>;
}

export interface RunOutcome {
  /** 0 ok, 2 failed hosts, 4 unreachable hosts (also when others failed), 99 interrupted. */
  readonly exitCode: number;
  readonly counters: ReadonlyMap<string, HostCounters>;
  readonly custom: ReadonlyMap<string, unknown>;
  readonly failed: readonly string[];
  readonly unreachable: readonly string[];
  /** Hosts of the plays that no task ever reached. */
  readonly neverReached: readonly string[];
  /** The playbook that the run ended in. */
  readonly endedIn: string;
  readonly interrupted: boolean;
}

import { HostLocks } from './hosts/host-locks.ts';
import { HostStates } from './hosts/host-states.ts';
import { setMaxListeners } from 'node:events';
import type { ModuleResult } from '../base/result.ts';
import type { Task } from '../play/plan.ts';
import type { Templar } from '../template/contract.ts';
import { Claims } from './claims.ts';
import { Emitter } from './emitter.ts';
import type { RunOptions, RunSettings } from './options.ts';
import { factNamesRead } from './ahead/fact-reads.ts';
import { Readers } from './ahead/readers.ts';
import { Sessions } from './hosts/sessions.ts';
import { Stats } from './hosts/stats.ts';

/** A task that runs in the background (`poll: 0`). */
export interface Job {
  readonly id: string;
  readonly host: string;
  readonly done: Promise<ModuleResult>;
  result?: ModuleResult;
}

/** What lasts for the whole run. */
export class RunState {
  readonly options: RunOptions;
  readonly settings: RunSettings;
  readonly templar: Templar;
  readonly emitter: Emitter;
  readonly stats = new Stats();
  readonly claims: Claims;
  readonly sessions: Sessions;
  readonly locks: HostLocks;
  readonly hosts = new HostStates();
  /** Hosts whose facts were gathered, for `gathering = smart`. */
  readonly gathered: Set<string>;
  /** Results of `once`, shared by the hosts of a run. */
  readonly once = new Map<string, Promise<unknown>>();
  readonly jobs = new Map<string, Job>();
  readonly signal: AbortSignal;
  isStepping: boolean;
  isStartFound: boolean;
  private includes = 0;
  private readers: Readers | undefined;
  private facts: Promise<ReadonlySet<string> | undefined> | undefined;

  constructor(options: RunOptions) {
    this.options = options;
    this.settings = options.settings;
    this.gathered = new Set(options.gathered);
    this.templar = options.templar;
    this.claims = new Claims(options.verbs);
    this.emitter = new Emitter([this.claims.listener, ...options.listeners]);
    this.locks = new HostLocks(options.settings.lock ?? {}, (message) => this.emitter.warn(message));
    this.sessions = new Sessions(options.openSession);
    this.signal = options.signal ?? new AbortController().signal;
    // One listener for each running call: no leak.
    setMaxListeners(0, this.signal);
    this.isStepping = options.settings.step ?? false;
    this.isStartFound = options.settings.startAtTask === undefined;
  }

  get isInterrupted(): boolean {
    return this.signal.aborted;
  }

  /** Whether a text or a person can read a part of a task's result (`TaskContext.isRead`). */
  isRead(task: Task, path: readonly string[]): boolean {
    const { resultsUnseen, verbosity } = this.settings;
    if (!resultsUnseen || verbosity > 0) return true;
    this.readers ??= new Readers(this.options);
    return this.readers.isRead(task, path);
  }

  /** Short names of the facts that somebody may read (`TaskContext.factsRead`). */
  factsRead(): Promise<ReadonlySet<string> | undefined> {
    const { resultsUnseen, factsKept, verbosity } = this.settings;
    if (!resultsUnseen || factsKept || verbosity > 0) return Promise.resolve(undefined);
    this.readers ??= new Readers(this.options);
    this.facts ??= factNamesRead(this.options, this.readers);
    return this.facts;
  }

  /** A number for each included file or role, rising in the run. */
  nextInclude(): number {
    return this.includes++;
  }
}

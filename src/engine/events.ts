import type { ModuleResult } from '../base/result.ts';
import type { Span } from '../base/span.ts';

/** A task as listeners see it. */
export interface TaskInfo {
  readonly id: number;
  /** Rendered name, e.g. `nginx : install`. */
  readonly name: string;
  readonly action: string;
  readonly span: Span;
  readonly isHandler: boolean;
  readonly checkMode: boolean;
  /** Set for no_log tasks: results must not be shown. */
  readonly noLog: boolean;
}

export type HostStatus = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable';

/** The seven counters of the recap line. */
export interface HostCounters {
  ok: number;
  changed: number;
  unreachable: number;
  failed: number;
  skipped: number;
  rescued: number;
  ignored: number;
}

/** What a run found of one host of a claim. */
export interface ClaimedHost {
  readonly host: string;
  readonly holds: boolean;
  /** How much its proofs came to, in the claim's unit. */
  readonly proven: number;
  /** Why it does not hold, or could not be looked at. */
  readonly why?: string;
  /** What whoever reads the recap has to know of this host, although the claim holds. */
  readonly notes: readonly string[];
}

/** What a verb claims of its hosts (`Verb.claim`), and for which of them it was proved. */
export interface Claim {
  /** Goes on after "7 of 7 hosts": "show the client's address". */
  readonly says: string;
  /** What proofs are counted in: "packets". */
  readonly unit: string;
  /** Sorted by name. */
  readonly hosts: readonly ClaimedHost[];
}

/** What the engine tells its listeners; `at` is milliseconds since the run began. */
export type EngineEvent = { readonly at: number } & (
  | { type: 'run-start'; playbooks: readonly string[] }
  | { type: 'playbook-start'; file: string }
  /** `tasks`: how many the play has, without handlers, `meta` and what is included while it runs; 0: not known. */
  | { type: 'play-start'; name: string; hosts: readonly string[]; check: boolean; tasks?: number }
  | { type: 'no-hosts-matched' }
  | { type: 'no-hosts-remaining' }
  | { type: 'task-start'; task: TaskInfo; hosts: readonly string[] }
  | { type: 'host-start'; task: TaskInfo; host: string }
  | { type: 'host-progress'; task: TaskInfo; host: string; text: string; fraction?: number }
  | { type: 'host-retry'; task: TaskInfo; host: string; attempt: number; retries: number; result: ModuleResult }
  | {
      type: 'host-item';
      task: TaskInfo;
      host: string;
      label: string;
      status: HostStatus;
      ignored: boolean;
      delegatedTo?: string;
      result: ModuleResult;
    }
  | {
      type: 'host-result';
      task: TaskInfo;
      host: string;
      status: HostStatus;
      /** Failed or unreachable, but ignore_errors / ignore_unreachable. */
      ignored: boolean;
      delegatedTo?: string;
      /** Had items, which were reported one by one. */
      looped: boolean;
      result: ModuleResult;
      milliseconds: number;
    }
  | { type: 'included'; file: string; hosts: readonly string[]; label?: string }
  | { type: 'handler-notified'; handler: string; host: string }
  | { type: 'warning'; message: string }
  | { type: 'deprecated'; message: string }
  /** Text that a verb wants shown as it is (pause prompts, --list output). */
  | { type: 'text'; text: string }
  | {
      type: 'stats';
      hosts: ReadonlyMap<string, HostCounters>;
      custom: ReadonlyMap<string, unknown>;
      /** Absent: no verb of the run claims anything. */
      claims?: readonly Claim[];
    }
  | { type: 'run-end'; exitCode: number; interrupted: boolean }
);

type Body<E> = E extends { result: ModuleResult } | { type: 'host-progress' }
  ? Omit<E, 'at'> & { readonly hidden: boolean }
  : Omit<E, 'at'>;

/**
 * What the engine hands to its emitter. A body with a host's words says whether they are `hidden` (no_log); the emitter
 * censors them, so that no sender can forget to.
 */
export type EngineEventBody = EngineEvent extends infer E ? (E extends { at: number } ? Body<E> : never) : never;

/** A listener never changes what it is given; one that throws loses that event, and nothing else. */
export type Listener = (event: EngineEvent) => void;

import type { ModuleResult } from '../base/result.ts';
import type { Play } from '../play/plan.ts';
import { nodesOf, tasksOf } from '../play/walk.ts';
import type { Verb } from '../verb/verb.ts';
import type { Claim, ClaimedHost, EngineEvent, Listener } from './events.ts';

type HostResult = Extract<EngineEvent, { type: 'host-result' }>;

/** One host of one claim, as far as the run has come. */
interface State {
  /** How much the proofs came to so far; undefined: there was none. */
  proven?: number;
  refuted?: string;
  notes: string[];
  /** The task that proves was not meant for this host (`when`). */
  skipped: boolean;
}

const EMPTY = (): State => ({ notes: [], skipped: false });

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

function reason({ msg, code }: ModuleResult): string {
  const text = typeof msg === 'string' && msg !== '' ? msg : 'the task failed';
  return code ? `${code}: ${text}` : text;
}

/**
 * What the verbs of a run claim of its hosts (`Verb.claim`), gathered from results: for which hosts it was proved, and why
 * not for the others. A host counts when a play that proves has it, whether or not the run came that far with it.
 */
export class Claims {
  private readonly verbs: ReadonlyMap<string, Verb>;
  /** By verb, then by host. */
  private readonly states = new Map<string, Map<string, State>>();
  /** The last failure of each host, of any task. */
  private readonly failures = new Map<string, string>();
  private readonly seen = new Set<string>();

  constructor(verbs: ReadonlyMap<string, Verb>) {
    this.verbs = verbs;
  }

  /** A play begins that may prove something of all its hosts. */
  expect(play: Play, hosts: readonly string[]): void {
    const tasks = [...tasksOf([...nodesOf(play), ...play.handlers])];
    for (const action of new Set(tasks.map((task) => task.action))) {
      if (this.verbs.get(action)?.claim) for (const host of hosts) this.state(action, host);
    }
  }

  readonly listener: Listener = (event) => {
    if (event.type !== 'host-result') return;
    this.seen.add(event.host);
    if (this.verbs.get(event.task.action)?.claim) this.take(event);
    else if ((event.status === 'failed' || event.status === 'unreachable') && !event.ignored) {
      this.failures.set(event.host, this.failure(event));
    }
  };

  private failure({ status, result }: HostResult): string {
    return status === 'unreachable' ? `unreachable: ${reason(result)}` : reason(result);
  }

  private take(event: HostResult): void {
    const state = this.state(event.task.action, event.host);
    const { status, result } = event;
    state.notes.push(...texts(result['recap']));
    if (status === 'skipped') state.skipped = true;
    else if (status === 'failed' || status === 'unreachable') state.refuted ??= this.failure(event);
    else state.proven = (state.proven ?? 0) + (typeof result['proven'] === 'number' ? result['proven'] : 0);
  }

  private state(action: string, host: string): State {
    const hosts = this.states.get(action) ?? new Map<string, State>();
    this.states.set(action, hosts);
    const state = hosts.get(host) ?? EMPTY();
    hosts.set(host, state);
    return state;
  }

  /** What can be said at the end; nothing where the run was not asked to prove. */
  ended(): Claim[] {
    return [...this.states].flatMap(([action, hosts]) => {
      const { claim } = this.verbs.get(action) as Verb;
      const known = [...hosts].flatMap(([host, state]) => this.known(host, state) ?? []);
      const wasAsked = [...hosts.values()].some((one) => one.proven !== undefined || one.refuted !== undefined);
      const wasLeftOut = known.length < hosts.size;
      if (!claim || known.length === 0 || (!wasAsked && wasLeftOut)) return [];
      return [{ ...claim, hosts: known.sort((a, b) => (a.host < b.host ? -1 : 1)) }];
    });
  }

  private known(host: string, { proven, refuted, notes, skipped }: State): ClaimedHost | undefined {
    const why = refuted ?? (proven === undefined ? this.failures.get(host) : undefined);
    if (why !== undefined) return { host, holds: false, proven: 0, why, notes };
    if (proven !== undefined) return { host, holds: true, proven, notes };
    if (skipped || this.seen.has(host)) return undefined;
    return { host, holds: false, proven: 0, why: 'the run ended before it came to this host', notes };
  }
}

import type { RunOutcome } from '../options.ts';

/** A host's way through a play (`Cursor`), as far as the state of the host moves it. */
export interface Way {
  /** Goes on in the nearest rescue or always, or ends. */
  fail(): void;
  end(): void;
  clearErrors(): void;
  /** Ended by a failure that nothing rescued. */
  readonly hasFailed: boolean;
}

/**
 * The one truth about the hosts of a run: which failed, are lost, are out of the play. Nothing else keeps any of it; who
 * learns something about a host says it here, with a verb.
 */
export class HostStates {
  /** Counted as failed: in this batch, or between batches in the play before. */
  private readonly failed = new Set<string>();
  /** Failed in any play. */
  private readonly everFailed = new Set<string>();
  private readonly unreachable = new Set<string>();
  /** Of any play. */
  private readonly chosen = new Set<string>();
  /** Those on which a task was begun. */
  private readonly reached = new Set<string>();
  /** Not in the play (any longer): failed, unreachable or ended. */
  private readonly out = new Set<string>();
  /** Failed before this batch. */
  private carried: readonly string[] = [];
  private ways: ReadonlyMap<string, Way> = new Map();
  private onLeft: () => void = () => undefined;

  choose(hosts: readonly string[]): void {
    for (const host of hosts) this.chosen.add(host);
  }

  /** A task is begun on the host. */
  reach(host: string): void {
    this.reached.add(host);
  }

  /**
   * Begins a batch: who failed or was lost before is out of it from the start.
   * @param ways those of the batch's hosts, which may be filled later
   * @param onLeft told whenever a host left the play or came back
   * @returns the hosts that failed before
   */
  beginBatch(ways: ReadonlyMap<string, Way>, onLeft: () => void): readonly string[] {
    this.ways = ways;
    this.onLeft = onLeft;
    this.carried = [...this.failed];
    this.failed.clear();
    this.out.clear();
    for (const host of [...this.carried, ...this.unreachable]) this.out.add(host);
    onLeft();
    return this.carried;
  }

  /** Ends a batch: those whose way ended by a failure count as failed from here on. */
  endBatch(): void {
    for (const host of this.carried) if (this.out.has(host)) this.failed.add(host);
    for (const [host, way] of this.ways) if (way.hasFailed) this.failed.add(host);
    for (const host of this.failed) this.everFailed.add(host);
  }

  /**
   * A task failed on the host.
   * @param sharers hosts that this task counts for (`run_once`), the host itself included
   */
  fail(host: string, sharers: readonly string[] = [host]): void {
    for (const one of sharers) {
      this.wayOf(one).fail();
      this.out.add(one);
    }
    if (this.wayOf(host).hasFailed) this.failed.add(host);
    this.onLeft();
  }

  /** The failure is rescued: the host is in the play again. */
  rescue(host: string): void {
    if (this.out.delete(host)) this.onLeft();
  }

  /** The host counts as failed for what others did; its way is left as it is. */
  giveUp(host: string): void {
    this.failed.add(host);
  }

  /** The host cannot be reached (any more). */
  lose(host: string): void {
    this.unreachable.add(host);
    this.leave(host);
  }

  /** The host is done with the play, without failure. */
  end(host: string): void {
    this.wayOf(host).end();
    this.leave(host);
  }

  /** Forgets the failures of hosts (`meta: clear_host_errors`). */
  clear(hosts: readonly string[]): void {
    for (const host of hosts) {
      this.failed.delete(host);
      this.unreachable.delete(host);
      this.wayOf(host).clearErrors();
    }
  }

  hasFailed(host: string): boolean {
    return this.failed.has(host);
  }

  isUnreachable(host: string): boolean {
    return this.unreachable.has(host);
  }

  isInPlay(host: string): boolean {
    return !this.out.has(host);
  }

  get failedCount(): number {
    return this.failed.size;
  }

  get unreachableCount(): number {
    return this.unreachable.size;
  }

  /** For the run's end. */
  summary(): Pick<RunOutcome, 'failed' | 'unreachable' | 'neverReached'> {
    return {
      failed: [...this.everFailed],
      unreachable: [...this.unreachable],
      neverReached: [...this.chosen].filter((host) => !this.reached.has(host)),
    };
  }

  private leave(host: string): void {
    this.out.add(host);
    this.onLeft();
  }

  private wayOf(host: string): Way {
    return this.ways.get(host) as Way;
  }
}

import type { Call, CallResult, Shell, Target } from '../../host/contract.ts';
import type { Lease, Sessions } from '../sessions.ts';

/**
 * The session that the items of a loop share, so that their calls go down one shell in the order of the items, without
 * waiting for the answers of those before (docs/adr/0004-pipelining.md).
 */
export class Lane {
  private readonly sessions: Sessions;
  private readonly host: string;
  private target = '';
  private lease?: Lease;
  private shell?: Shell;

  constructor(sessions: Sessions, host: string) {
    this.sessions = sessions;
    this.host = host;
  }

  /** The lane as one item sees it. */
  turn(before: Promise<unknown>): Turn {
    return new Turn(this, before);
  }

  /** The session for a target; another target than the last item's is not reached before that item is done. */
  async leaseOf(target: Target, before: Promise<unknown>): Promise<Lease> {
    const key = JSON.stringify(target);
    if (!this.lease || this.target !== key) {
      await before;
      this.release();
      this.lease = await this.sessions.lease(target, this.host);
      this.target = key;
    }
    // It is the lane's, not the item's: what an item gives back stays taken.
    return { session: this.lease.session, release: () => undefined };
  }

  /** Whether the shell runs its calls behind those of the item before: it is the same one. */
  keepsOrder(shell: Shell): boolean {
    const isSame = this.shell === shell;
    this.shell = shell;
    return isSame;
  }

  /** A local shell has no latency to save, and what it changes may be read when the next item is rendered. */
  get isRemote(): boolean {
    return this.lease?.session.target.transport !== 'local';
  }

  release(): void {
    this.lease?.release();
    this.lease = undefined;
  }
}

/** One item's use of the lane. */
export class Turn {
  /** Settles when the item's only call is on its way or it needs none, so that the next item may begin. */
  readonly passed: Promise<void>;
  /** Settles when the items before are done. */
  readonly before: Promise<unknown>;
  private readonly lane: Lane;
  /** Lets the next item begin. */
  pass: () => void = () => undefined;
  private isSent = false;

  constructor(lane: Lane, before: Promise<unknown>) {
    this.lane = lane;
    this.before = before;
    this.passed = new Promise((resolve) => (this.pass = resolve));
  }

  lease(target: Target): Promise<Lease> {
    return this.lane.leaseOf(target, this.before);
  }

  async call(shell: Shell, call: Call): Promise<CallResult> {
    if (this.isSent) throw new TypeError(`${call.fn}: a second call behind one that is pipelined`);
    const isOrdered = this.lane.keepsOrder(shell);
    if (!isOrdered || !call.pipelined) await this.before;
    const answer = shell.call(call);
    if (call.pipelined && this.lane.isRemote) {
      this.isSent = true;
      this.pass();
    }
    return answer;
  }
}

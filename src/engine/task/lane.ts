import { ToaError } from '../../base/errors.ts';
import type { Call, CallResult, Shell } from '../../host/contract.ts';
import type { Target } from '../../transport/target.ts';
import type { Lease, Sessions } from '../hosts/sessions.ts';

/**
 * The session that the items of a loop, or tasks of one host, share, so that their calls go down one shell in order
 * without waiting for the answers of those before (docs/adr/0004-pipelining.md).
 */
export class Lane {
  /** Nothing more may be called: what the slots are behind has failed. */
  isOver = false;
  private readonly sessions: Sessions;
  private readonly host: string;
  private readonly isConditional: boolean;
  private target = '';
  private lease?: Lease;
  private shell?: Shell;
  private hasFailed = false;

  /** @param isConditional a call that fails keeps those behind it from running */
  constructor(sessions: Sessions, host: string, isConditional: boolean) {
    this.sessions = sessions;
    this.host = host;
    this.isConditional = isConditional;
  }

  /** The lane as one item or task sees it. */
  slot(before: Promise<unknown>): LaneSlot {
    return new LaneSlot(this, before);
  }

  /** The session for a target; another target than the last one's is not reached before that one is done. */
  async leaseOf(target: Target, before: Promise<unknown>): Promise<Lease> {
    const key = JSON.stringify(target);
    if (!this.lease || this.target !== key) {
      await before;
      this.release();
      this.lease = await this.sessions.lease(target, this.host);
      this.target = key;
    }
    // It is the lane's: what one gives back stays taken.
    return { session: this.lease.session, release: () => undefined };
  }

  /** Whether the shell's calls run behind those of the slot before: it is the same shell, and none has failed. */
  keepsOrder(shell: Shell): boolean {
    const isSame = this.shell === shell;
    this.shell = shell;
    return isSame && !this.hasFailed;
  }

  /** A local shell has no latency to save, and what it changes may be read when the next one is rendered. */
  get isRemote(): boolean {
    return this.lease?.session.target.transport !== 'local';
  }

  async call(shell: Shell, call: Call, isBehind: boolean): Promise<CallResult> {
    const answer = await shell.call({ ...call, isBehind, isCondition: this.isConditional });
    if (this.isConditional && answer.rc !== 0) this.hasFailed = true;
    return answer;
  }

  release(): void {
    this.lease?.release();
    this.lease = undefined;
  }
}

/** One item's or task's use of the lane. */
export class LaneSlot {
  /** Settles when its only call is on its way or it needs none, so that the next one may begin. */
  readonly passed: Promise<void>;
  /** Lets the next one begin. */
  pass: () => void = () => undefined;
  /** What it did does not count: the host dropped its call, since one before failed. */
  isDropped = false;
  hasCalled = false;
  private readonly lane: Lane;
  private readonly before: Promise<unknown>;
  private isPending = true;
  private isSent = false;

  /** @param before settles when those before are done */
  constructor(lane: Lane, before: Promise<unknown>) {
    this.lane = lane;
    this.before = before;
    const settled = (): void => void (this.isPending = false);
    before.then(settled, settled);
    this.passed = new Promise((resolve) => (this.pass = resolve));
  }

  lease(target: Target): Promise<Lease> {
    return this.lane.leaseOf(target, this.before);
  }

  /** Waits until those before are done. */
  async alone(): Promise<void> {
    await this.before;
    if (this.lane.isOver) throw new ToaError('E_CANCELLED', 'a task before it failed');
  }

  async call(shell: Shell, call: Call): Promise<CallResult> {
    if (this.isSent) throw new TypeError(`${call.fn}: a second call behind one that is pipelined`);
    const isOrdered = this.lane.keepsOrder(shell);
    if (!isOrdered || !call.pipelined) await this.alone();
    const answer = this.lane.call(shell, call, this.isPending);
    this.hasCalled = true;
    if (call.pipelined && this.lane.isRemote) {
      this.isSent = true;
      this.pass();
    }
    this.isDropped = (await answer).isDropped ?? false;
    return answer;
  }
}

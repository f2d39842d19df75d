import type { OpenSession, Session } from '../../host/contract.ts';
import type { Target } from '../../transport/target.ts';
import { forEachLimited } from './semaphore.ts';

/** Sessions to one remote target that may be open side by side, when other hosts delegate to it. */
const MOST_PER_TARGET = 5;

interface Slot {
  readonly session: Session;
  /** The host whose task used it last; it gets the same one again. */
  lastFor: string;
  isBusy: boolean;
}

interface Pool {
  readonly slots: Slot[];
  readonly waiting: ((slot: Slot) => void)[];
}

/** A session for the time of one task. */
export interface Lease {
  readonly session: Session;
  release(): void;
}

/** The open sessions of a run: opened when first needed, kept, lent to one task at a time, closed together. */
export class Sessions {
  private readonly pools = new Map<string, Pool>();
  private readonly open: OpenSession;
  private isClosed = false;

  constructor(open: OpenSession) {
    this.open = open;
  }

  /** @param forHost the host whose task it is; differs from the target's for delegated tasks */
  async lease(target: Target, forHost: string): Promise<Lease> {
    const pool = this.poolOf(target);
    const free = pool.slots.filter((slot) => !slot.isBusy);
    const slot =
      free.find((candidate) => candidate.lastFor === forHost) ?? free[0] ?? (await this.another(pool, target));
    slot.isBusy = true;
    slot.lastFor = forHost;
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      const next = pool.waiting.shift();
      if (next) next(slot);
      else slot.isBusy = false;
    };
    return { session: slot.session, release };
  }

  /** Drops the connections to a target; later tasks connect again. */
  async reset(target: Target): Promise<void> {
    await Promise.all(this.poolOf(target).slots.map((slot) => slot.session.reset()));
  }

  /** For good: a task whose time is over may go on in the background, and must not keep the program from its end. */
  async closeAll(): Promise<void> {
    this.isClosed = true;
    const slots = [...this.pools.values()].flatMap((pool) => pool.slots);
    this.pools.clear();
    await forEachLimited(slots, slots.length, (slot) => slot.session.close().catch(() => undefined));
  }

  private poolOf(target: Target): Pool {
    const { span: _span, ...identity } = target;
    const key = JSON.stringify(identity);
    let pool = this.pools.get(key);
    if (!pool) this.pools.set(key, (pool = { slots: [], waiting: [] }));
    return pool;
  }

  private another(pool: Pool, target: Target): Slot | Promise<Slot> {
    if (target.transport !== 'local' && pool.slots.length >= MOST_PER_TARGET) {
      return new Promise((got) => pool.waiting.push(got));
    }
    const slot: Slot = { session: this.open(target), lastFor: '', isBusy: true };
    if (this.isClosed) void slot.session.close();
    pool.slots.push(slot);
    return slot;
  }
}

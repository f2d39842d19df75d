import { shareTurn } from '../../base/turns.ts';

/** Lets at most `slots` pieces of work run at one time; the others wait in order. */
export class Semaphore {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(slots: number) {
    this.free = Math.max(1, slots);
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((go) => this.waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}

/**
 * Runs `work` for each item, at most `limit` at one time, starting in order. Turns of the event loop are shared: rendering
 * for a thousand hosts at once would block it for seconds.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]);
  };
  const workers: Promise<void>[] = [];
  while (workers.length < limit && next < items.length) {
    await shareTurn();
    const one = worker();
    // It is waited for below; until then a failure must not count as nobody's.
    one.catch(() => undefined);
    workers.push(one);
  }
  await Promise.all(workers);
}

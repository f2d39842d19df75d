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

/** Hosts whose task is begun in one turn of the event loop: rendering for a thousand at once would block it for seconds. */
const BEGUN_IN_ONE_TURN = 16;

/**
 * Runs `work` for each item, at most `limit` at one time, starting in order, and few in one turn of the event loop, so
 * that answers, keepalives and the screen have theirs.
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
    if (workers.length > 0 && workers.length % BEGUN_IN_ONE_TURN === 0) await nextTurn();
    const one = worker();
    // It is waited for below; until then a failure must not count as nobody's.
    one.catch(() => undefined);
    workers.push(one);
  }
  await Promise.all(workers);
}

export function nextTurn(): Promise<void> {
  return new Promise((go) => setImmediate(go));
}

/** Items and tasks that are rendered in one turn of the event loop, of all hosts together. */
const RENDERED_IN_ONE_TURN = 100;
let rendered = 0;
const waiting: (() => void)[] = [];

/** Waits for a later turn when much has been rendered in this one; those that wait go on one in a turn, in order. */
export async function breathe(): Promise<void> {
  if (rendered === 0) setImmediate(() => (rendered = 0));
  if (waiting.length === 0 && ++rendered <= RENDERED_IN_ONE_TURN) return;
  await new Promise<void>((go) => {
    waiting.push(go);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(goOn);
}

/** CPU that goes on as long as this keeps everything else waiting: answers, keepalives, the screen, Ctrl-C. */
const MOST_MS = 6;

let begun: number | undefined;
let isReserved = false;
const waiting: (() => void)[] = [];

/** Whether what shares this turn of the event loop has used its time up. */
function isSpent(): boolean {
  if (isReserved) return true;
  if (begun !== undefined) return performance.now() - begun > MOST_MS;
  begun = performance.now();
  setImmediate(() => (begun = undefined));
  return false;
}

/** Whether a piece of work may be done in this turn of the event loop, without waiting for one by `shareTurn`. */
export function hasTurnTime(): boolean {
  return waiting.length === 0 && !isSpent();
}

/** Settles in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((go) => setImmediate(go));
}

/**
 * Does what takes long in a turn of the event loop that nothing else shares.
 * @param work must not wait for a turn by `shareTurn`: there is none before it has ended
 */
export async function inOwnTurn<T>(work: () => Promise<T>): Promise<T> {
  isReserved = true;
  await nextTurn();
  try {
    return await work();
  } finally {
    await nextTurn();
    isReserved = false;
  }
}

/** Lets one go on, and the next one when all that follows from it at once is done. */
function goOn(): void {
  if (isSpent()) {
    setImmediate(goOn);
    return;
  }
  waiting.shift()?.();
  // ticks come when no promise is left to be heeded
  if (waiting.length > 0) void Promise.resolve().then(() => process.nextTick(goOn));
}

/**
 * Settles when this turn of the event loop has time for a piece of work, in the order of the calls. To be awaited before
 * what many hosts may ask for together: Node hands out all data that has arrived, of a thousand hosts, in one turn.
 * Never at once: what those before have left to the next tick (packets to be sent) is a part of their work.
 */
export function shareTurn(): Promise<void> {
  if (waiting.length === 0) process.nextTick(goOn);
  return new Promise((go) => waiting.push(go));
}

const acts = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `act` when the signal aborts, as addEventListener('abort') does. That one looks through all listeners for the same
 * each time, and the calls of a thousand hosts listen to one signal.
 * @returns what takes it back
 */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  let all = acts.get(signal);
  if (!all) {
    const made = (all = new Set());
    acts.set(signal, made);
    signal.addEventListener('abort', () => [...made].forEach((one) => one()), { once: true });
  }
  all.add(act);
  return () => all.delete(act);
}

/** What a promise gives that may never settle, as one of a host that says nothing any more; undefined after `milliseconds`. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => (timer = setTimeout(() => done(undefined), milliseconds)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

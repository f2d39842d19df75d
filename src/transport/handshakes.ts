import { availableParallelism } from 'node:os';

/** Enough to keep a core busy at 100 ms of latency; a handshake takes about 6 ms of CPU and five round trips. */
const FOR_EACH_CORE = 40;
const FEWEST = 4;

/**
 * How many connections may be on their way at one time. Too few and a fleet far away takes minutes to log in to; too many
 * and each takes so long that servers and we give up, or a jump host's MaxStartups drops them: then it is fewer from there
 * on, and slowly more again.
 */
export class Handshakes {
  #limit: number;
  readonly #most: number;
  #open = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most = FOR_EACH_CORE * availableParallelism()) {
    this.#most = most;
    this.#limit = most;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open >= this.limit) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#open++;
    try {
      const result = await work();
      this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit);
      return result;
    } finally {
      this.#next();
    }
  }

  /** A server dropped us before it spoke (MaxStartups): half as many from now on. */
  dropped(): void {
    this.#limit = Math.max(FEWEST, this.#limit / 2);
  }

  /** The slot goes to who waits, unless there are more than now allowed. */
  #next(): void {
    this.#open--;
    while (this.#open < this.limit) {
      const go = this.#waiting.shift();
      if (!go) return;
      this.#open++;
      go();
    }
  }
}

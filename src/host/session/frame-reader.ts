/** Bytes of a mark and the rest of its line: two numbers, a word. What is longer is output. */
const LONGEST = 100;

/**
 * Cuts one stream of a shell into frames. A frame is any bytes, then a mark, then the rest of the mark's line (which
 * holds the call's number, and on stdout its exit status). The mark is random, so no output can imitate it; output
 * without a final newline stays exact, because the mark need not start a line. Cost is linear in the bytes.
 */
export class FrameReader {
  readonly #mark: Buffer;
  readonly #onData: (piece: Buffer) => void;
  readonly #onEnd: (line: string) => void;
  #held: Buffer = Buffer.alloc(0);

  constructor(mark: string, onData: (piece: Buffer) => void, onEnd: (line: string) => void) {
    this.#mark = Buffer.from(mark, 'latin1');
    this.#onData = onData;
    this.#onEnd = onEnd;
  }

  push(chunk: Buffer): void {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    for (;;) {
      const at = rest.indexOf(this.#mark);
      if (at < 0) break;
      const length = rest.subarray(at, at + LONGEST).indexOf(10);
      const newline = length < 0 ? -1 : at + length;
      if (newline < 0 && rest.length - at >= LONGEST) {
        // no line of ours: its mark was learned by the host, which says something else with it
        const end = at + this.#mark.length;
        this.#onData(rest.subarray(0, end));
        rest = rest.subarray(end);
        continue;
      }
      if (newline < 0) {
        this.#give(rest, at);
        return;
      }
      if (at > 0) this.#onData(rest.subarray(0, at));
      this.#onEnd(rest.toString('latin1', at + this.#mark.length, newline).trim());
      rest = rest.subarray(newline + 1);
    }
    this.#give(rest, rest.length - this.#startOfMark(rest));
  }

  /** What is held back at the end of the stream: a piece of output that looked like the start of a mark. */
  flush(): void {
    if (this.#held.length > 0) this.#onData(this.#held);
    this.#held = Buffer.alloc(0);
  }

  #give(data: Buffer, end: number): void {
    if (end > 0) this.#onData(data.subarray(0, end));
    this.#held = data.subarray(end);
  }

  /** How many of the last bytes may be the start of a mark. */
  #startOfMark(data: Buffer): number {
    let from = Math.max(0, data.length - this.#mark.length + 1);
    while ((from = data.indexOf(this.#mark[0], from)) >= 0) {
      if (data.compare(this.#mark, 0, data.length - from, from) === 0) return data.length - from;
      from++;
    }
    return 0;
  }
}

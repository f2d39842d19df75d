/** Inputs that are made up, the same for a seed: pieces of what a parser knows, one behind the other, and then broken. */
export class Inputs {
  #a: number;
  #b: number;

  constructor(seed: number) {
    this.#a = seed >>> 0 || 1;
    this.#b = 0x9e3779b9;
    for (let n = 0; n < 8; n++) this.below(2);
  }

  /** A number from 0 to `most` - 1. xorshift64, in halves of 32 bits. */
  below(most: number): number {
    let t = this.#a;
    this.#a = this.#b;
    t ^= t << 23;
    t ^= t >>> 17;
    t ^= this.#b ^ (this.#b >>> 26);
    this.#b = t >>> 0;
    return ((this.#a + this.#b) % most) >>> 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** Up to `most` pieces, in every third case with some characters changed, put in or taken out. */
  text(pieces: readonly string[], most: number): string {
    let text = '';
    for (let left = 1 + this.below(most); left > 0; left--) text += this.pick(pieces);
    return this.below(3) === 0 ? this.broken(text) : text;
  }

  broken(text: string): string {
    let out = text;
    for (let left = 1 + this.below(4); left > 0; left--) {
      const at = this.below(out.length + 1);
      const into = String.fromCodePoint(this.below(4) === 0 ? this.below(256) : 32 + this.below(95));
      const from = [at, at, at + 1, at + 1 + this.below(5)][this.below(4)];
      out = out.slice(0, at) + (this.below(3) === 0 ? '' : into) + out.slice(from);
    }
    return out;
  }
}

/** One try; what is wrong makes it throw. @returns whether the parser took the input */
export type Try = (inputs: Inputs) => boolean;

/** What a parser of security input is tried with. */
export interface Parser {
  /** Makes a try with what all tries share. */
  readonly prepare: () => Try;
}

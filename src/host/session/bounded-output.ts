import { ToaError } from '../../base/errors.ts';

/** Bytes that one call may say, per stream, before its middle is left out (`toa_max_output`). */
export const MAX_OUTPUT = 16 * 1024 * 1024;
/** So many times that may be the answer of a call that brings a file (`Call.bringsFile`): 256 MiB. */
export const FILES = 16;
/** And so many times per file that is fetched to the controller's disk: 64 GiB. */
export const FILES_ON_DISK = 4096;
/**
 * What says so many times that is taken for one that never ends, and its shell is given up: 1 GiB. What is less and too
 * much is read to its end and dropped, so that the shell stays of use.
 */
export const ENDLESS = 64;

/** Pieces as small as these are copied together: each alone would cost as much again as it holds, or hold more. */
const SMALL = 8192;
const BLOCK = 65_536;
/** So many small pieces come before they are copied: most calls have one or two. */
const FEW = 16;

/** Bytes in the order in which they come, for about as much memory. */
class Pieces {
  #pieces: Buffer[] = [];
  #small = 0;
  #block: Buffer | undefined;
  #used = 0;
  size = 0;

  push(piece: Buffer): void {
    this.size += piece.length;
    if (piece.length > SMALL || ++this.#small <= FEW) {
      this.#closeBlock();
      this.#pieces.push(piece);
      return;
    }
    if (this.#block && this.#used + piece.length > BLOCK) this.#closeBlock();
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK);
    this.#used += piece.copy(this.#block, this.#used);
  }

  #closeBlock(): void {
    if (this.#block) this.#pieces.push(this.#block.subarray(0, this.#used));
    this.#block = undefined;
    this.#used = 0;
  }

  bytes(): Buffer {
    this.#closeBlock();
    return this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
  }
}

const note = (missing: number): Buffer => Buffer.from(`\n[toa-play: ${missing} bytes left out here]\n`);

/**
 * Takes the pieces of one stream and keeps the first and the last half of `most` bytes, however much comes: memory is
 * bounded by a small multiple of `most`.
 */
export class BoundedOutput {
  readonly #most: number;
  readonly #half: number;
  #head = new Pieces();
  #tail = new Pieces();
  /** Bytes that have come. */
  size = 0;

  /** @param most bytes that are kept */
  constructor(most: number) {
    this.#most = most;
    this.#half = Math.floor(most / 2);
  }

  push(piece: Buffer): void {
    this.size += piece.length;
    const room = this.#half - this.#head.size;
    if (room >= piece.length) return this.#head.push(piece);
    if (room > 0) this.#head.push(piece.subarray(0, room));
    this.#tail.push(piece.subarray(Math.max(0, room)));
    if (this.#tail.size > 2 * this.#most) this.#shorten();
  }

  /** Keeps of the tail what may be asked for. Seldom: no byte is copied more than twice. */
  #shorten(): void {
    const end = Buffer.from(this.#lastHalf());
    this.#tail = new Pieces();
    this.#tail.push(end);
  }

  #lastHalf(): Buffer {
    const tail = this.#tail.bytes();
    return tail.subarray(Math.max(0, tail.length - (this.#most - this.#half)));
  }

  /** Bytes that `bytes` leaves out. */
  get missing(): number {
    return Math.max(0, this.size - this.#most);
  }

  /** What has come; where that is too much, its two ends and between them how many bytes are missing. */
  bytes(): Buffer {
    if (this.#tail.size === 0) return this.#head.bytes();
    if (this.missing === 0) return Buffer.concat([this.#head.bytes(), this.#tail.bytes()]);
    return Buffer.concat([this.#head.bytes(), note(this.missing), this.#lastHalf()]);
  }
}

/** @param words how it came: `the answer has` or the like */
export function outputTooLarge(host: string, bytes: number, words: string): ToaError {
  return new ToaError('E_OUTPUT_TOO_LARGE', `${host}: ${words} ${bytes} bytes`, {
    remedy: 'reduce its output, or raise toa_max_output (bytes that are kept of one output) for this host',
  });
}

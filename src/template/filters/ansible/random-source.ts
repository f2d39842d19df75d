import { createHash } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { Value } from '../../../base/value.ts';
import { asIndex, pyType } from '../../python/operations.ts';
import { filterError } from './arguments.ts';
import { MersenneTwister } from './mersenne-twister.ts';

/** Where the filters take chance from: Python's `Random(seed)`, or the system's through a port. */
export interface RandomSource {
  /** A whole number from 0 up to but without `limit`. */
  below(limit: number): number;
}

/** The 32-bit words of a number, lowest first; `[0]` for 0. */
function words(value: bigint): number[] {
  const out: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 32n) out.push(Number(rest & 0xffffffffn));
  return out.length === 0 ? [0] : out;
}

function seedNumber(seed: Value): bigint {
  if (typeof seed === 'string') {
    const text = Buffer.from(seed, 'utf8');
    const bytes = Buffer.concat([text, createHash('sha512').update(text).digest()]);
    return BigInt(`0x${bytes.toString('hex')}`);
  }
  if (typeof seed === 'bigint') return seed < 0n ? -seed : seed;
  const index = asIndex(seed);
  if (index !== undefined) return BigInt(Math.abs(index));
  throw filterError(`a seed must be a text or a whole number, not ${pyType(seed)}`);
}

/** Gives the numbers that Python's `random.Random(seed)` gives (its `seed` version 2 and `_randbelow`). */
export class PythonRandom implements RandomSource {
  private readonly generator: MersenneTwister;

  constructor(seed: Value) {
    this.generator = new MersenneTwister(words(seedNumber(seed)));
  }

  private bits(count: number): number {
    if (count <= 32) return this.generator.next() >>> (32 - count);
    const low = this.generator.next();
    return (this.generator.next() >>> (64 - count)) * 2 ** 32 + low;
  }

  below(limit: number): number {
    const count = limit.toString(2).length;
    let value = this.bits(count);
    while (value >= limit) value = this.bits(count);
    return value;
  }
}

/** A source from a function that gives 0 <= x < 1. */
export function systemRandom(random: () => number): RandomSource {
  return { below: (limit) => Math.floor(random() * limit) };
}

/** `count` characters out of `characters`, as Ansible makes passwords and salts. */
export function randomText(source: RandomSource, characters: string, count: number): string {
  const choice = [...characters];
  return Array.from({ length: count }, () => choice[source.below(choice.length)]).join('');
}

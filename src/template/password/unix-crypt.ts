import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** The alphabet of crypt(3): also that of salts. */
export const CRYPT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

type Triple = readonly [number, number, number];

interface ShaScheme {
  readonly id: string;
  readonly algorithm: 'sha256' | 'sha512';
  readonly size: number;
  readonly order: readonly Triple[];
  /** The bytes that are left, and into how many characters they go. */
  readonly last: { readonly bytes: readonly number[]; readonly characters: number };
}

/** The rows go round: each next one is the one before, turned, with 1 added. */
function rotated(first: Triple, count: number, step: 'left' | 'right'): Triple[] {
  const rows: Triple[] = [first];
  for (let i = 1; i < count; i++) {
    const [a, b, c] = rows[i - 1].map((byte) => byte + 1);
    rows.push(step === 'left' ? [b, c, a] : [c, a, b]);
  }
  return rows;
}

const SHA512: ShaScheme = {
  id: '6',
  algorithm: 'sha512',
  size: 64,
  order: rotated([0, 21, 42], 21, 'left'),
  last: { bytes: [63], characters: 2 },
};
const SHA256: ShaScheme = {
  id: '5',
  algorithm: 'sha256',
  size: 32,
  order: rotated([0, 10, 20], 10, 'right'),
  last: { bytes: [31, 30], characters: 3 },
};
const MD5_ORDER: readonly Triple[] = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
];

function encode(bytes: readonly number[], characters: number): string {
  let word = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  let out = '';
  for (let i = 0; i < characters; i++) {
    out += CRYPT_ALPHABET[word & 63];
    word >>>= 6;
  }
  return out;
}

function digest(algorithm: string, ...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function repeatTo(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes);
}

/** The bits of the length choose between two byte strings, lowest bit first. */
function byLengthBits(length: number, one: Buffer, zero: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let rest = length; rest > 0; rest >>= 1) parts.push(rest & 1 ? one : zero);
  return parts;
}

function shaRounds(scheme: ShaScheme, start: Buffer, p: Buffer, s: Buffer, rounds: number): Buffer {
  let current = start;
  for (let i = 0; i < rounds; i++) {
    const odd = i % 2 === 1;
    const hash = createHash(scheme.algorithm);
    hash.update(odd ? p : current);
    if (i % 3 !== 0) hash.update(s);
    if (i % 7 !== 0) hash.update(p);
    hash.update(odd ? current : p);
    current = hash.digest();
  }
  return current;
}

function shaCrypt(scheme: ShaScheme, password: string, saltText: string, rounds: number): string {
  const key = Buffer.from(password, 'utf8');
  const salt = Buffer.from(saltText, 'ascii');
  const b = digest(scheme.algorithm, key, salt, key);
  const bits = byLengthBits(key.length, b, key);
  const a = digest(scheme.algorithm, key, salt, repeatTo(b, key.length), ...bits);
  const p =
    key.length === 0 ? key : repeatTo(digest(scheme.algorithm, ...Array<Buffer>(key.length).fill(key)), key.length);
  const s = repeatTo(digest(scheme.algorithm, ...Array<Buffer>(16 + a[0]).fill(salt)), salt.length);
  const final = shaRounds(scheme, a, p, s, rounds);
  const body = scheme.order
    .map((row) =>
      encode(
        row.map((i) => final[i]),
        4,
      ),
    )
    .join('');
  const rest = encode(
    scheme.last.bytes.map((i) => final[i]),
    scheme.last.characters,
  );
  const explicit = rounds === 5000 ? '' : `rounds=${rounds}$`;
  return `$${scheme.id}$${explicit}${saltText}$${body}${rest}`;
}

/** `$6$`: SHA-512 crypt. https://www.akkadia.org/drepper/SHA-crypt.txt; `rounds` of 5000 are not written. */
export function sha512Crypt(password: string, salt: string, rounds: number): string {
  return shaCrypt(SHA512, password, salt, rounds);
}

/** `$5$`: SHA-256 crypt. */
export function sha256Crypt(password: string, salt: string, rounds: number): string {
  return shaCrypt(SHA256, password, salt, rounds);
}

/** `$1$`: FreeBSD's MD5 crypt (Poul-Henning Kamp). */
export function md5Crypt(password: string, saltText: string): string {
  const key = Buffer.from(password, 'utf8');
  const salt = Buffer.from(saltText, 'ascii');
  const b = digest('md5', key, salt, key);
  const bits = byLengthBits(key.length, Buffer.from([0]), key.subarray(0, 1));
  let current = digest('md5', key, Buffer.from('$1$'), salt, repeatTo(b, key.length), ...bits);
  for (let i = 0; i < 1000; i++) {
    const odd = i % 2 === 1;
    const parts = [odd ? key : current];
    if (i % 3 !== 0) parts.push(salt);
    if (i % 7 !== 0) parts.push(key);
    current = digest('md5', ...parts, odd ? current : key);
  }
  const body = MD5_ORDER.map((row) =>
    encode(
      row.map((i) => current[i]),
      4,
    ),
  ).join('');
  return `$1$${saltText}$${body}${encode([current[11]], 2)}`;
}

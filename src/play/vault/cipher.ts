import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Envelope } from './envelope.ts';

/*
 * Ansible's AES256: PBKDF2-HMAC-SHA256 with 10,000 rounds gives 32 bytes for AES-256 in counter mode, 32 for the
 * HMAC-SHA256 of the ciphertext, and the first counter; the plain text is padded as in PKCS#7.
 */
const ROUNDS = 10_000;
const KEY_BYTES = 32;
const BLOCK_BYTES = 16;

interface Keys {
  readonly cipher: Buffer;
  readonly hmac: Buffer;
  readonly counter: Buffer;
}

function deriveKeys(password: Uint8Array, salt: Buffer): Keys {
  const bytes = pbkdf2Sync(password, salt, ROUNDS, 2 * KEY_BYTES + BLOCK_BYTES, 'sha256');
  return {
    cipher: bytes.subarray(0, KEY_BYTES),
    hmac: bytes.subarray(KEY_BYTES, 2 * KEY_BYTES),
    counter: bytes.subarray(2 * KEY_BYTES),
  };
}

function pad(plain: Uint8Array): Buffer {
  const count = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  return Buffer.concat([plain, Buffer.alloc(count, count)]);
}

function unpad(padded: Buffer): Buffer {
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}

/** Encrypts with a password; `salt` of 32 random bytes. */
export function seal(
  plain: Uint8Array,
  password: Uint8Array,
  salt: Buffer,
): Pick<Envelope, 'salt' | 'hmac' | 'ciphertext'> {
  const keys = deriveKeys(password, salt);
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, keys.counter);
  const ciphertext = Buffer.concat([cipher.update(pad(plain)), cipher.final()]);
  return { salt, ciphertext, hmac: createHmac('sha256', keys.hmac).update(ciphertext).digest() };
}

/** The plain text, or undefined when the password is not the right one (or the text was changed). */
export function open(envelope: Envelope, password: Uint8Array): Buffer | undefined {
  const keys = deriveKeys(password, envelope.salt);
  const hmac = createHmac('sha256', keys.hmac).update(envelope.ciphertext).digest();
  if (hmac.length !== envelope.hmac.length || !timingSafeEqual(hmac, envelope.hmac)) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.counter);
  return unpad(Buffer.concat([decipher.update(envelope.ciphertext), decipher.final()]));
}

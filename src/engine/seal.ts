import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const KEY_BYTES = 32;
const keys = new Map<string, Buffer>();

/** The key of this user of this controller; it never leaves it. */
function key(): Buffer {
  const folder = join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'toa-play');
  let known = keys.get(folder);
  if (!known) keys.set(folder, (known = keyIn(folder)));
  return known;
}

/** The key that is kept in a folder, made when there is none; one for this run alone where it cannot be kept. */
function keyIn(folder: string): Buffer {
  const path = join(folder, 'jobs.key');
  const fresh = randomBytes(KEY_BYTES);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, fresh, { flag: 'wx', mode: 0o600 });
    return fresh;
  } catch {
    return readKey(path) ?? fresh;
  }
}

function readKey(path: string): Buffer | undefined {
  try {
    const kept = readFileSync(path);
    return kept.length === KEY_BYTES ? kept : undefined;
  } catch {
    return undefined;
  }
}

const sealOf = (text: string): Buffer => createHmac('sha256', key()).update(text).digest();

/** What goes with a text that is kept on a host, which then cannot change the text unnoticed: 64 hexadecimal digits. */
export function seal(text: string): string {
  return sealOf(text).toString('hex');
}

/** Whether this controller's user made that seal for that text. */
export function isSealOf(said: string, text: string): boolean {
  const given = Buffer.from(said);
  const right = Buffer.from(seal(text));
  return given.length === right.length && timingSafeEqual(given, right);
}

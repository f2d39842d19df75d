import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What a job is: who can read its answer, and of which host. */
export interface JobFacts {
  readonly id: string;
  readonly host: string;
  readonly verb: string;
  readonly args: unknown;
}

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

/** Text about a job to be kept on its host, which cannot change it unnoticed. */
export function sealed(job: JobFacts): string {
  const text = JSON.stringify(job);
  return `${sealOf(text).toString('hex')} ${text}`;
}

/**
 * Reads what `sealed` made.
 * @returns undefined when this controller did not write it, or wrote it about another job or host
 */
export function unsealed(about: string, id: string, host: string): JobFacts | undefined {
  const end = about.indexOf(' ');
  const text = about.slice(end + 1);
  const said = Buffer.from(about.slice(0, Math.max(end, 0)));
  const right = Buffer.from(sealOf(text).toString('hex'));
  if (said.length !== right.length || !timingSafeEqual(said, right)) return undefined;
  const job = JSON.parse(text) as JobFacts;
  return job.id === id && job.host === host ? job : undefined;
}

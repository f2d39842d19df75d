import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ToaError } from '../../base/errors.ts';

const STDIN = 0;

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/**
 * Reads a file, or standard input for `-`.
 * @throws ToaError E_FILE_NOT_FOUND, E_FILE_READ
 */
export function readInput(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? STDIN : path);
  } catch (error) {
    const code = codeOf(error) === 'ENOENT' ? 'E_FILE_NOT_FOUND' : 'E_FILE_READ';
    throw new ToaError(code, `cannot read ${path}: ${(error as Error).message}`, {
      remedy: 'check the path',
      cause: error,
    });
  }
}

function writeAll(path: string, data: Uint8Array, flags: string, mode: number): void {
  const file = openSync(path, flags, mode);
  try {
    for (let at = 0; at < data.length;) at += writeSync(file, data, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The file that a path names, through links; the path itself when there is none yet. */
function realFile(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return path;
  }
}

/**
 * Writes a file as a whole or not at all; owner and mode of one that exists stay, a new one is readable by its owner
 * alone. `-` is standard output.
 * @throws ToaError E_FILE_WRITE
 */
export function replaceFile(path: string, data: Uint8Array): void {
  if (path === '-') {
    for (let at = 0; at < data.length;) at += writeSync(1, data, at);
    return;
  }
  const file = realFile(path);
  const next = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    const before = statSync(file, { throwIfNoEntry: false });
    writeAll(next, data, 'wx', 0o600);
    if (before) {
      chmodSync(next, before.mode & 0o7777);
      if (process.getuid?.() === 0) chownSync(next, before.uid, before.gid);
    }
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw new ToaError('E_FILE_WRITE', `cannot write ${path}: ${(error as Error).message}`, {
      remedy: 'check the folder and its permissions; the file was left as it was',
      cause: error,
    });
  }
}

/** Whether something is there, a dangling link included. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Overwrites a file with random bytes, then removes it: its text must not stay on the disk. */
function shred(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (stat.size > 0) writeAll(path, randomBytes(stat.size), 'r+', 0o600);
  rmSync(path);
}

/**
 * Gives `use` a private file (mode 0600 in a folder of mode 0700) with the text; shredded afterwards, whatever happens.
 * @param name file name, so that an editor knows the file's type
 */
export function withPrivateFile<T>(name: string, text: Uint8Array, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'toa-play-vault-'));
  const path = join(folder, name);
  try {
    writeAll(path, text, 'wx', 0o600);
    return use(path);
  } finally {
    shred(path);
    rmSync(folder, { recursive: true, force: true });
  }
}

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ToaError } from '../../base/errors.ts';

const STDOUT = 1;

export interface Replacement {
  /** Of a file that is new, less the umask; default 0o600. */
  readonly mode?: number;
  /** Whether the data is on the disk when the call returns; default true. False for what can be made again. */
  readonly durable?: boolean;
}

function writeAll(file: number, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += writeSync(file, data, at);
}

/** Writes a file in one go. @param flags of open(2), as Node names them */
export function writeWhole(path: string, data: Uint8Array, flags: string, mode: number, durable = true): void {
  const file = openSync(path, flags, mode);
  try {
    writeAll(file, data);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeError(words: string, error: unknown): ToaError {
  return new ToaError('E_FILE_WRITE', `${words}: ${(error as Error).message}`, {
    remedy: 'check the folder and its permissions; the file was left as it was',
    cause: error,
  });
}

function swap(file: string, before: Stats | undefined, data: Uint8Array, options: Replacement): void {
  const next = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    writeWhole(next, data, 'wx', options.mode ?? 0o600, options.durable);
    if (before) {
      chmodSync(next, before.mode & 0o7777);
      if (process.getuid?.() === 0) chownSync(next, before.uid, before.gid);
    }
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/**
 * Writes a file as a whole or not at all; owner and mode of one that exists stay, and links are followed. `-` is
 * standard output.
 * @throws ToaError E_FILE_WRITE
 */
export function replaceFile(path: string, data: Uint8Array, options: Replacement = {}): void {
  if (path === '-') {
    writeAll(STDOUT, data);
    return;
  }
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    swap(before ? realpathSync(path) : path, before, data, options);
  } catch (error) {
    throw writeError(`cannot write ${path}`, error);
  }
}

/** Makes a folder for files, and those above it. @throws ToaError E_FILE_WRITE */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    throw writeError(`cannot make the folder ${path}`, error);
  }
}

/** Removes a file if it is there. @throws ToaError E_FILE_WRITE */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw writeError(`cannot remove ${path}`, error);
  }
}

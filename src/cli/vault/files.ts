import { randomBytes } from 'node:crypto';
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { writeWhole } from '../world/replace-file.ts';

const STDIN = 0;

/**
 * Reads a file, or standard input for `-`.
 * @throws ToaError E_FILE_NOT_FOUND, E_FILE_READ
 */
export function readInput(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? STDIN : path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'E_FILE_NOT_FOUND' : 'E_FILE_READ';
    throw new ToaError(code, `cannot read ${path}: ${(error as Error).message}`, {
      remedy: 'check the path',
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
  if (stat.size > 0) writeWhole(path, randomBytes(stat.size), 'r+', 0o600);
  rmSync(path);
}

/**
 * Gives `use` a private file (mode 0600 in a folder of mode 0700) with the text; shredded afterwards, whatever happens.
 * @param name file name, so that an editor knows the file's type
 */
export async function withPrivateFile<T>(
  name: string,
  text: Uint8Array,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'toa-play-vault-'));
  const path = join(folder, name);
  try {
    writeWhole(path, text, 'wx', 0o600);
    return await use(path);
  } finally {
    shred(path);
    rmSync(folder, { recursive: true, force: true });
  }
}

import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { runProgram } from '../../scripts/lib/programs.mjs';

const TREES = resolve(import.meta.dirname, '../kernels');

/** A copy of a tree that was written for the tests (test/kernels): nothing in it is a kernel's own. */
export function copyTree(name: string, to: string): string {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(TREES, name), to, { recursive: true });
  return to;
}

/** An archive of such a tree, with one folder in it. @returns its path */
export function packTree(name: string, folder: string, how: 'gz' | 'bz2' | 'xz' | 'plain', to: string): string {
  const flag = { gz: '-z', bz2: '-j', xz: '-J', plain: '-v' }[how];
  runProgram('tar', ['-c', flag, '-f', to, '-C', TREES, `--transform=s,^${name},${folder},`, name]);
  return to;
}

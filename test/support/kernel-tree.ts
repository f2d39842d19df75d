import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { runProgram } from '../../scripts/lib/programs.mjs';

const TREES = resolve(import.meta.dirname, '../kernels');

/** A tree that was written for the tests: nothing in it is a kernel's own (test/kernels). */
export type TreeName = 'small' | 'lvs' | 'ipvs-kernel' | 'ipvs';

/** A copy of it. @returns its path */
export function copyTree(name: TreeName, to: string): string {
  mkdirSync(dirname(to), { recursive: true });
  if (name === 'small' || name === 'lvs') cpSync(join(TREES, 'common'), to, { recursive: true });
  cpSync(join(TREES, name), to, { recursive: true });
  return to;
}

/** An archive of it, with one folder in it. @returns its path */
export function packTree(name: TreeName, folder: string, how: 'gz' | 'bz2' | 'xz' | 'plain', to: string): string {
  const flag = { gz: '-z', bz2: '-j', xz: '-J', plain: '-v' }[how];
  const at = mkdtempSync(join(tmpdir(), 'toa-pack-'));
  copyTree(name, join(at, folder));
  runProgram('tar', ['-c', flag, '-f', to, '-C', at, folder]);
  rmSync(at, { recursive: true });
  return to;
}

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { moduleCacheFolder } from '../../../tasks/shared/receiver/module-cache.ts';
import { CACHED_NAME, type CachedModule, keepModule } from './store.ts';

/**
 * The cache as a file, for a controller that no builder can reach: a tar with index.json (path, builder, release, bytes and
 * sha256 of each module) and the modules.
 */

const INDEX = 'index.json';

export const fileSum = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'toa-cache-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes modules to an archive. @returns the archive's SHA-256 in hex */
export function exportModules(modules: readonly CachedModule[], file: string): string {
  return inFolder((folder) => {
    for (const { path } of modules) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), readFileSync(join(moduleCacheFolder(), path)));
    }
    writeFileSync(join(folder, INDEX), `${JSON.stringify(modules, undefined, 1)}\n`);
    const part = resolve(`${file}.part`);
    execFileSync('tar', ['-cf', part, '-C', folder, INDEX, ...modules.map(({ path }) => path)]);
    renameSync(part, resolve(file));
    return fileSum(file);
  });
}

const wrong = (file: string, what: string): ToaError =>
  new ToaError('E_CACHE_ARCHIVE', `${file}: ${what}`, {
    remedy: 'make it anew with toa-play cache export, and carry it over whole; nothing was taken from it',
  });

/** @throws ToaError E_CACHE_ARCHIVE */
function indexOf(file: string, folder: string): CachedModule[] {
  const names = execFileSync('tar', ['-tf', resolve(file)], { encoding: 'utf8', stdio: 'pipe' }).split('\n');
  const strange = names.find((name) => name !== '' && name !== INDEX && !CACHED_NAME.test(name));
  if (strange !== undefined)
    throw wrong(file, `has ${JSON.stringify(strange.slice(0, 80))}, which is no cached module`);
  execFileSync('tar', ['-xf', resolve(file), '-C', folder, '--no-same-owner'], { stdio: 'pipe' });
  const index = JSON.parse(readFileSync(join(folder, INDEX), 'utf8')) as CachedModule[];
  if (!Array.isArray(index) || index.some(({ path }) => typeof path !== 'string' || !CACHED_NAME.test(path)))
    throw wrong(file, 'has an index of something else');
  return index;
}

/**
 * Takes the modules of an archive into the cache, all or none.
 * @returns how many were new @throws ToaError E_CACHE_ARCHIVE where a file is missing or is not what the index says
 */
export function importModules(file: string): { readonly taken: number; readonly all: number } {
  return inFolder((folder) => {
    let index: CachedModule[];
    try {
      index = indexOf(file, folder);
    } catch (error) {
      if (error instanceof ToaError) throw error;
      throw wrong(file, (error as Error).message.split('\n')[0]);
    }
    const texts = index.map((module) => {
      const path = join(folder, module.path);
      const there = lstatSync(path, { throwIfNoEntry: false });
      if (!there?.isFile()) throw wrong(file, `lacks ${module.path}`);
      const data = readFileSync(path);
      if (createHash('sha256').update(data).digest('hex') !== module.sha256)
        throw wrong(file, `${module.path} is not what its index says`);
      return { module, data };
    });
    return { taken: texts.filter(({ module, data }) => keepModule(module, data)).length, all: texts.length };
  });
}

import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { moduleCacheFolder } from '../../../tasks/shared/receiver/module-cache.ts';
import { runProgram } from '../world/local-command.ts';
import { CACHED_NAME, type CachedModule, keepModule } from './store.ts';

/**
 * The cache as a file, for a controller that no builder can reach: a tar with index.json (path, builder, release, bytes and
 * sha256 of each module) and the modules.
 */

const INDEX = 'index.json';

export const fileSum = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'toa-cache-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What tar prints. @throws Error with what it said when it fails */
async function tar(...words: string[]): Promise<string> {
  const { rc, stdout, stderr } = await runProgram('tar', words);
  if (rc !== 0) throw new Error(stderr.trim() || `tar ended with status ${rc}`);
  return stdout;
}

/** Writes modules to an archive. @returns the archive's SHA-256 in hex */
export function exportModules(modules: readonly CachedModule[], file: string): Promise<string> {
  return inFolder(async (folder) => {
    for (const { path } of modules) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), readFileSync(join(moduleCacheFolder(), path)));
    }
    writeFileSync(join(folder, INDEX), `${JSON.stringify(modules, undefined, 1)}\n`);
    const part = resolve(`${file}.part`);
    await tar('-cf', part, '-C', folder, INDEX, ...modules.map(({ path }) => path));
    renameSync(part, resolve(file));
    return fileSum(file);
  });
}

const wrong = (file: string, what: string): ToaError =>
  new ToaError('E_CACHE_ARCHIVE', `${file}: ${what}`, {
    remedy: 'make it anew with toa-play cache export, and carry it over whole; nothing was taken from it',
  });

/** @throws ToaError E_CACHE_ARCHIVE */
async function indexOf(file: string, folder: string): Promise<CachedModule[]> {
  const names = (await tar('-tf', resolve(file))).split('\n');
  const strange = names.find((name) => name !== '' && name !== INDEX && !CACHED_NAME.test(name));
  if (strange !== undefined)
    throw wrong(file, `has ${JSON.stringify(strange.slice(0, 80))}, which is no cached module`);
  await tar('-xf', resolve(file), '-C', folder, '--no-same-owner');
  const index = JSON.parse(readFileSync(join(folder, INDEX), 'utf8')) as CachedModule[];
  if (!Array.isArray(index) || index.some(({ path }) => typeof path !== 'string' || !CACHED_NAME.test(path)))
    throw wrong(file, 'has an index of something else');
  return index;
}

/**
 * Takes the modules of an archive into the cache, all or none.
 * @returns how many were new @throws ToaError E_CACHE_ARCHIVE where a file is missing or is not what the index says
 */
export function importModules(file: string): Promise<{ readonly taken: number; readonly all: number }> {
  return inFolder(async (folder) => {
    let index: CachedModule[];
    try {
      index = await indexOf(file, folder);
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

import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BUILDER_NAME, moduleCacheFolder } from '../../../tasks/shared/receiver/module-cache.ts';

/** One module in the controller's cache. */
export interface CachedModule {
  /** Below the cache's folder: builder-HASH/KEY.ko */
  readonly path: string;
  readonly builder: string;
  /** The kernel that it was built for; empty where it does not say. */
  readonly release: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly made: number;
}

/** All names that the cache has: an archive with others is none of ours. */
export const CACHED_NAME = /^builder-[0-9a-f]{16}\/(?:[0-9a-f]{8,64}\.ko|builder)$/;

/** The release in a module's vermagic. */
function releaseOf(data: Buffer): string {
  const at = data.indexOf('vermagic=');
  if (at < 0) return '';
  const end = data.indexOf(0, at);
  return data.toString('latin1', at + 9, Math.min(end < 0 ? data.length : end, at + 200)).split(' ')[0];
}

/** The modules in the cache, by builder and kernel. */
export function cachedModules(root = moduleCacheFolder()): CachedModule[] {
  if (!existsSync(root)) return [];
  const found = readdirSync(root).flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => CACHED_NAME.test(path) && path.endsWith('.ko') && lstatSync(join(root, path)).isFile())
      .map((path) => cachedModule(root, path)),
  );
  return found.toSorted((a, b) => a.builder.localeCompare(b.builder) || a.release.localeCompare(b.release));
}

function cachedModule(root: string, path: string): CachedModule {
  const data = readFileSync(join(root, path));
  const name = join(root, dirname(path), BUILDER_NAME);
  return {
    path,
    builder: existsSync(name) ? readFileSync(name, 'utf8').trim() : dirname(path),
    release: releaseOf(data),
    bytes: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
    made: lstatSync(join(root, path)).mtimeMs,
  };
}

/** Removes modules; a builder's folder goes with its last one. */
export function dropModules(modules: readonly CachedModule[], root = moduleCacheFolder()): void {
  for (const { path } of modules) {
    rmSync(join(root, path));
    const folder = join(root, dirname(path));
    if (readdirSync(folder).every((name) => name === BUILDER_NAME)) rmSync(folder, { recursive: true });
  }
}

/** Puts a module, and its builder's name, into the cache; whole or not at all. @returns whether it was not there */
export function keepModule(module: CachedModule, data: Buffer, root = moduleCacheFolder()): boolean {
  const path = join(root, module.path);
  if (existsSync(path) && readFileSync(path).equals(data)) return false;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (const [name, content] of [
    [join(dirname(path), BUILDER_NAME), `${module.builder}\n`],
    [path, data],
  ] as const) {
    writeFileSync(`${name}.part`, content, { mode: 0o600 });
    renameSync(`${name}.part`, name);
  }
  return true;
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../../../src/base/paths/cache-folder.ts';

/** The controller's cache of built modules: a folder for each builder, a file for each key (see tasks/kmod_build). */
export const moduleCacheFolder = (): string => cacheFolder('modules');

/** The folder of one builder: what another made must never come from there. @param builder inventory name */
export const builderFolder = (builder: string): string =>
  join(moduleCacheFolder(), `builder-${createHash('sha256').update(builder).digest('hex').slice(0, 16)}`);

/** The file beside the modules that has the builder's name. */
export const BUILDER_NAME = 'builder';

import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The controller's cache of built modules: a folder for each builder, a file for each key (see tasks/kmod_build). */
export const moduleCacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'toa-play/modules');

/** The folder of one builder: what another made must never come from there. @param builder inventory name */
export const builderFolder = (builder: string): string =>
  join(moduleCacheFolder(), `builder-${createHash('sha256').update(builder).digest('hex').slice(0, 16)}`);

/** The file beside the modules that has the builder's name. */
export const BUILDER_NAME = 'builder';

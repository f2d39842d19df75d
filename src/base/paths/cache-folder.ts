import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of ours below the user's cache (https://specifications.freedesktop.org/basedir-spec/). @param name below `toa-play/` */
export const cacheFolder = (name: string): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'toa-play', name);

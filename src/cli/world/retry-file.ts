import { basename, dirname, extname, join } from 'node:path';
import { cacheFolder } from '../../base/paths/cache-folder.ts';
import { makeFolder, replaceFile } from './replace-file.ts';

/**
 * Writes the names of hosts that failed, for `--limit @FILE` (`retry_files_enabled`).
 * @param playbook its path; the file is named after it, and lies beside it unless `folder` is given
 * @returns the path of the file
 * @throws ToaError E_FILE_WRITE
 */
export function writeRetryFile(playbook: string, hosts: readonly string[], folder?: string): string {
  const place = folder ?? dirname(playbook);
  makeFolder(place);
  const path = join(place, `${basename(playbook, extname(playbook))}.retry`);
  const lines = [...hosts].sort().map((host) => `${host}\n`);
  replaceFile(path, Buffer.from(lines.join('')), { mode: 0o666 });
  return path;
}

/** Up to so many hosts are named on the line itself. */
const NAMED = 5;

/**
 * What to type to run a playbook again on the hosts where it failed; more than five stand in a file below the cache.
 * @returns undefined where that file cannot be written: then the recap has to do
 */
export function repeatHint(playbook: string, hosts: readonly string[]): string | undefined {
  if (hosts.length <= NAMED) return `--limit '${hosts.join(',')}'`;
  try {
    return `--limit @${writeRetryFile(playbook, hosts, cacheFolder('failed'))}`;
  } catch {
    return undefined;
  }
}

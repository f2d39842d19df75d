import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/**
 * Writes the names of hosts that failed, for `--limit @FILE` (`retry_files_enabled`).
 * @param playbook its path; the file is named after it, and lies beside it unless `folder` is given
 * @returns the path of the file
 */
export function writeRetryFile(playbook: string, hosts: readonly string[], folder?: string): string {
  const place = folder ?? dirname(playbook);
  mkdirSync(place, { recursive: true });
  const path = join(place, `${basename(playbook, extname(playbook))}.retry`);
  writeFileSync(
    `${path}.new`,
    [...hosts]
      .sort()
      .map((host) => `${host}\n`)
      .join(''),
  );
  renameSync(`${path}.new`, path);
  return path;
}

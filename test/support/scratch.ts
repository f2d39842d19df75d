import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeEach } from 'vitest';

/** A scratch folder for each test of a group, removed after it. Call the result for a path inside. */
export function useScratch(): (...parts: string[]) => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'toa-verb-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (...parts) => join(folder, ...parts);
}

/** A folder for all tests of a file or group, removed after them. */
export function sharedScratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'toa-tests-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Everything below a folder: path to "mode text", "mode/" of folders, "-> target" of links. Hidden leftovers show too. */
export function tree(folder: string, at = folder): Record<string, string> {
  const out: Record<string, string> = {};
  if (!existsSync(at)) return out;
  for (const name of readdirSync(at).sort()) {
    const path = join(at, name);
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
    const key = relative(folder, path);
    if (stat.isSymbolicLink()) out[key] = `-> ${readlinkSync(path)}`;
    else if (stat.isDirectory()) Object.assign(out, { [key]: `${mode}/` }, tree(folder, path));
    else out[key] = `${mode} ${readFileSync(path, 'utf8')}`;
  }
  return out;
}

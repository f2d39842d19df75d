import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import { runProgram } from '../../../scripts/lib/programs.mjs';

/** What is compared of a file. */
export interface Entry {
  readonly type: 'file' | 'dir' | 'link' | 'other';
  readonly mode?: string;
  readonly target?: string;
  readonly text?: string;
  readonly sha256?: string;
  readonly owner?: string;
}

export type Replacements = readonly (readonly [string, string])[];

const MAX_TEXT = 6000;
const BACKUP = /(\.\d+)?\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/;

function contents(path: string, normal: (text: string) => string): Pick<Entry, 'text' | 'sha256'> {
  const data = readFileSync(path);
  let text: string;
  try {
    text = normal(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data));
  } catch {
    return { sha256: createHash('sha256').update(data).digest('hex') };
  }
  // The order of lines does not matter in these.
  if (path.endsWith('.set')) text = (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).sort().join('');
  if (!text.includes('\0') && [...text].length <= MAX_TEXT) return { text };
  return { sha256: createHash('sha256').update(text).digest('hex') };
}

function ownerOf(stat: Stats): Pick<Entry, 'owner'> {
  if (stat.uid === process.geteuid?.()) return {};
  try {
    return { owner: runProgram('id', ['-nu', String(stat.uid)]).trim() };
  } catch {
    return { owner: String(stat.uid) };
  }
}

function entryOf(path: string, normal: (text: string) => string): Entry {
  const stat = lstatSync(path);
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  const owner = ownerOf(stat);
  if (stat.isSymbolicLink()) return { type: 'link', target: normal(readlinkSync(path)), ...owner };
  if (stat.isDirectory()) return { type: 'dir', mode, ...owner };
  if (!stat.isFile()) return { type: 'other', ...owner };
  return { type: 'file', mode, ...contents(path, normal), ...owner };
}

/** Everything below a folder: paths (backup names without their time) with type, mode, owner and contents. */
export function snapshot(folder: string, replacements: Replacements): Map<string, Entry> {
  const normal = (text: string): string => replacements.reduce((sum, [from, to]) => sum.replaceAll(from, to), text);
  const found = new Map<string, Entry>();
  const visit = (at: string): void => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name);
      const entry = entryOf(path, normal);
      found.set(normal(relative(folder, path)).replace(BACKUP, '.BACKUP~'), entry);
      if (entry.type === 'dir') visit(path);
    }
  };
  visit(folder);
  return found;
}

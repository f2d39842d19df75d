import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { ToaError } from '../../src/base/errors.ts';
import { failure, type Diff, type ModuleResult } from '../../src/base/result.ts';
import { failedCall } from '../shared/answer.ts';
import { compareTree, place } from '../shared/files/place.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { type CopyArgs, placementOf } from './task.ts';

interface Entry {
  /** Below dest. */
  readonly path: string;
  readonly local: string;
  readonly mode: number;
  readonly sum?: string;
}

async function walk(folder: string, prefix: string, given: CopyArgs, context: TaskContext): Promise<Entry[]> {
  const out: Entry[] = [];
  for (const name of await context.controller.list(folder)) {
    const local = join(folder, name);
    const path = prefix ? `${prefix}/${name}` : name;
    const stat = await context.controller.stat(local);
    // a link that leads nowhere is passed over; a name of other bytes came as another one
    if (!stat && name.includes('\uFFFD'))
      throw new ToaError('E_FILE_READ', `a name in ${folder} is no UTF-8: ${name}`, {
        remedy: 'rename the file, or copy the folder as an archive with unarchive',
      });
    if (!stat) continue;
    if (stat.type === 'directory') {
      out.push({ path, local, mode: stat.mode }, ...(await walk(local, path, given, context)));
    } else {
      const data = await read(local, given, context);
      out.push({ path, local, mode: stat.mode, sum: createHash('sha1').update(data).digest('hex') });
    }
  }
  return out;
}

function read(path: string, given: CopyArgs, context: TaskContext): Promise<Uint8Array> {
  return given.decrypt ? context.controller.readDecrypted(path) : context.controller.read(path);
}

/**
 * Copies a folder: one call says which of its files are missing or differ, one call more for each that does.
 * `src` with a trailing slash copies what is inside, without it the folder itself.
 */
export async function copyTree(given: CopyArgs, src: string, context: TaskContext): Promise<ModuleResult> {
  const inside = src.endsWith('/');
  const folder = src.replace(/\/+$/, '');
  const root = inside ? '' : basename(folder);
  const below = await walk(folder, root, given, context);
  const entries: Entry[] = root
    ? [{ path: root, local: folder, mode: 0o755 }, ...below]
    : [{ path: '.', local: folder, mode: 0o755 }, ...below];
  const dest = given.dest.replace(/(?<=.)\/+$/, '');
  const attributes = { ...given, mode: given.mode === 'preserve' ? undefined : given.mode };
  const options = { force: given.force, directory_mode: given.directory_mode, attributes };
  const compared = await compareTree(dest, entries, options, context);
  if (compared.answer.rc !== 0) return failedCall(compared.answer, { dest });
  let changed = compared.changed;
  const diffs: Diff[] = [];
  for (const [index, number] of compared.needed.entries()) {
    const entry = entries.at(number);
    // a number that the host made up
    if (entry?.sum === undefined) return failure('the host asks for a file that was not offered', { dest });
    const { path } = entry;
    context.progress(path, index / compared.needed.length);
    const data = await read(entry.local, given, context);
    const one = await place(
      { ...placementOf(given, data, '', entry.mode), dest: `${dest}/${path}`, in_tree: true },
      context,
    );
    if (one.failed) return one;
    changed ||= one.changed === true;
    if (one.diff !== undefined) diffs.push(...(Array.isArray(one.diff) ? one.diff : [one.diff]));
  }
  return { changed, dest: `${dest}/`, src, ...(context.diff ? { diff: diffs } : {}) };
}

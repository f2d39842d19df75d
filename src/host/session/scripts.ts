import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/package-root.ts';
import { stripComments } from './strip-comments.ts';

const ours = (name: string): string => join(packageRoot(), 'src/host', name);
export const BOOTSTRAP = ours('session/bootstrap.sh');
export const WATCH = ours('lease/watch.sh');
export const LOCK = ours('lease/lock.sh');
export const NOTES = ours('session/notes.sh');
export const IN_BAND = ours('session/in-band.sh');

/** Texts of .sh files, read and stripped once per process and shared by all sessions. */
const texts = new Map<string, string>();

/**
 * The text of a .sh file as it is sent to hosts. Read at once: all hosts would wait for the first to have read it, while
 * the event loop is busy with them.
 * @param path absolute
 */
export function scriptText(path: string): string {
  let text = texts.get(path);
  if (text === undefined) texts.set(path, (text = stripComments(readFileSync(path, 'utf8'))));
  return text;
}

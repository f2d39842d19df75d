import { readFile } from 'node:fs/promises';
import { stripComments } from './strip-comments.ts';

/** Texts of .sh files, read and stripped once per process and shared by all sessions. */
const texts = new Map<string, Promise<string>>();

/**
 * The text of a .sh file as it is sent to hosts.
 * @param path absolute
 */
export function scriptText(path: string): Promise<string> {
  let text = texts.get(path);
  if (!text) {
    text = readFile(path, 'utf8').then(stripComments);
    texts.set(path, text);
    text.catch(() => texts.delete(path));
  }
  return text;
}

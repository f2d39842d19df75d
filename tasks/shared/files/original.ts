import { createHash } from 'node:crypto';
import { exactText } from '../../../src/base/exact-text.ts';
import type { Shell } from '../../../src/host/contract.ts';

/** Bytes that toa_holds compares. */
const SHORT = 1024;
/** Texts beyond so many bytes are not kept: there may be a thousand hosts. */
const KEPT = 8192;

/** The text of a file as an edit finds it. */
export interface Original {
  readonly exists: boolean;
  readonly text: string;
  /** latin1 keeps every byte of a file that is not UTF-8; the round trip changes nothing that the edit did not. */
  readonly encoding: BufferEncoding;
  readonly bytes: number;
  /** The text, where the host can compare it without a process (toa_holds). */
  readonly short?: string;
  readonly sum: string;
  /** Absolute, `~` expanded. */
  readonly path: string;
}

/** What is at `path` when its bytes are `content`. */
export function originalOf(path: string, exists: boolean, content: Uint8Array): Original {
  const buffer = Buffer.from(content);
  const text = buffer.toString('utf8');
  const encoding = text.includes('\ufffd') ? 'latin1' : 'utf8';
  return {
    exists,
    text: encoding === 'utf8' ? text : buffer.toString(encoding),
    encoding,
    bytes: content.length,
    short: content.length <= SHORT ? exactText(content) : undefined,
    sum: createHash('sha1').update(content).digest('hex'),
    path,
  };
}

/** What edit.sh compares the file with before it touches it. */
export function originalVars({ exists, sum, short, bytes }: Original, isKept: boolean): Record<string, string> {
  return {
    fresh: isKept ? '' : '1',
    old: exists ? sum : 'none',
    old_text: short ?? '',
    old_length: short === undefined ? '' : String(bytes),
  };
}

/** The file that was edited last through each shell, by the path that the task said. */
const last = new WeakMap<Shell, { readonly path: string; readonly left: Original }>();

/** What the last edit through this shell left at `path`, if it was that file. It may have been changed since. */
export function leftAt(shell: Shell, path: string): Original | undefined {
  const edited = last.get(shell);
  return edited?.path === path ? edited.left : undefined;
}

/** Keeps what an edit of `before` left, for the next one of the same file. @param path as the task said it */
export function keepLeft(shell: Shell, path: string, before: Original, data: Uint8Array): void {
  if (data.length <= KEPT) last.set(shell, { path, left: originalOf(before.path, true, data) });
  else last.delete(shell);
}

import { closeSync, openSync, writeSync } from 'node:fs';
import { ToaError } from '../base/errors.ts';
import type { Listener } from '../engine/events.ts';
import { jsonEvents } from './json-events.ts';

/** What is written when, so that a run of a thousand hosts makes a hundred system calls and not a hundred thousand. */
const MOST_UNWRITTEN = 1 << 16;

/** A new file for what a run tells: mode 0600, since results may hold what only the operator should read. */
export function openReport(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw new ToaError('E_FILE_WRITE', `cannot write ${path}: ${(error as Error).message}`, {
      remedy: 'name a file in a folder that is there and that you may write to',
      cause: error,
    });
  }
}

/**
 * `--record FILE`: the run's events as JSON lines, written as it goes: what is in the file after a kill is whole up to its last
 * line. Results of no_log tasks were censored by the engine.
 * @throws ToaError E_FILE_WRITE
 */
export function record(path: string): { listener: Listener; close: () => void } {
  const file = openReport(path);
  let unwritten = '';
  const flush = (): void => {
    const text = unwritten;
    unwritten = '';
    if (text !== '') writeSync(file, text);
  };
  const listener = jsonEvents((line) => {
    if (unwritten === '') setImmediate(flush);
    unwritten += line;
    if (unwritten.length > MOST_UNWRITTEN) flush();
  });
  return {
    listener,
    close: () => {
      flush();
      closeSync(file);
    },
  };
}

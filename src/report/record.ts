import { closeSync, openSync, writeSync } from 'node:fs';
import { ToaError } from '../base/errors.ts';
import type { Listener } from '../engine/events.ts';
import { collected } from './collected.ts';
import { jsonEvents } from './json-events.ts';

/** Characters that are kept back at most: all others are in the file whenever the run is killed. */
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
  const { add, flush } = collected((text) => void writeSync(file, text), MOST_UNWRITTEN);
  return {
    listener: jsonEvents(add),
    close: () => {
      flush();
      closeSync(file);
    },
  };
}

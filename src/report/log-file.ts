import { closeSync, openSync, writeSync } from 'node:fs';
import { plain, shownText } from './colors.ts';
import { LineReport } from './lines.ts';
import type { Listener } from '../engine/events.ts';

/**
 * A full log of a run: the plain lines with every result, each line with the time and our process id.
 * @param path appended to; made with mode 0600, since results may hold what only the operator should read
 */
export function logFile(path: string, now: () => Date): { listener: Listener; close: () => void } {
  const file = openSync(path, 'a', 0o600);
  const write = (text: string): void => {
    const stamp = now().toISOString().replace('T', ' ').replace('Z', '');
    const lines = shownText(text)
      .split('\n')
      .filter((line) => line !== '');
    for (const line of lines) writeSync(file, `${stamp} p=${process.pid} | ${line}\n`);
  };
  const report = new LineReport({ write, paint: plain, verbosity: 1, diff: true, showOk: true, showSkipped: true });
  return { listener: report.listener, close: () => closeSync(file) };
}

import type { Listener } from '../engine/events.ts';
import { ansi, plain } from '../report/colors.ts';
import { jsonEvents } from '../report/json-events.ts';
import { LineReport } from '../report/lines.ts';
import type { Settings } from '../play/config/index.ts';
import type { RunFlags } from './options.ts';

export interface Reports {
  readonly listeners: readonly Listener[];
  close(): Promise<void>;
}

/** Collects what is said in one turn of the event loop: a system call for each of a thousand hosts' lines is dear. */
class Output {
  #unsaid = '';
  readonly write = (text: string): void => {
    if (this.#unsaid === '') setImmediate(this.flush);
    this.#unsaid += text;
  };

  readonly flush = (): void => {
    const text = this.#unsaid;
    this.#unsaid = '';
    if (text !== '') process.stdout.write(text);
  };
}

/** The listeners that flags and terminal ask for: live screen or plain lines, JSON events, log file. */
export async function openReports(flags: RunFlags, settings: Settings): Promise<Reports> {
  const listeners: Listener[] = [];
  const output = new Output();
  // Also when a mistake of ours or a second Ctrl-C ends the process.
  process.once('exit', output.flush);
  const closers: (() => void | Promise<void>)[] = [output.flush];
  const colour = process.stdout.isTTY && !settings.noColor;
  const paint = colour || settings.forceColor ? ansi : plain;
  const diff = flags.diff || settings.diffAlways;
  if (flags.json) listeners.push(jsonEvents(output.write));
  else if (process.stdout.isTTY && !flags.plain && flags.verbose < 2 && !flags.step) {
    const { screenReport } = await import('../report/screen/reporter.ts');
    const screen = screenReport({ stream: process.stdout, paint, diff, verbosity: flags.verbose });
    listeners.push(screen.listener);
    closers.push(screen.done);
  } else {
    const { displayOkHosts: showOk, displaySkippedHosts: showSkipped } = settings;
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    const report = new LineReport({
      write: output.write,
      paint,
      verbosity: flags.verbose,
      diff,
      showOk,
      showSkipped,
      columns,
    });
    listeners.push(report.listener);
  }
  const path = flags.logFile ?? settings.logPath;
  if (path) {
    const { logFile } = await import('../report/log-file.ts');
    const log = logFile(path, () => new Date());
    listeners.push(log.listener);
    closers.push(log.close);
  }
  return {
    listeners,
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

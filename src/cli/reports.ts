import type { Listener } from '../engine/events.ts';
import { ansi, plain } from '../report/colors.ts';
import { jsonEvents } from '../report/json-events.ts';
import { LineReport } from '../report/lines.ts';
import type { Settings } from '../play/config/index.ts';
import type { RunFlags } from './options.ts';
import { flushOutput, writeOutput } from './output.ts';

export interface Reports {
  readonly listeners: readonly Listener[];
  close(): Promise<void>;
}

/** The listeners that flags and terminal ask for: live screen or plain lines, JSON events, log file. */
export async function openReports(flags: RunFlags, settings: Settings): Promise<Reports> {
  const listeners: Listener[] = [];
  // Also when a mistake of ours or a second Ctrl-C ends the process.
  process.once('exit', flushOutput);
  const closers: (() => void | Promise<void>)[] = [flushOutput];
  const colour = process.stdout.isTTY && !settings.noColor;
  const paint = colour || settings.forceColor ? ansi : plain;
  const diff = flags.diff || settings.diffAlways;
  if (flags.json) listeners.push(jsonEvents(writeOutput));
  else if (process.stdout.isTTY && !flags.plain && flags.verbose < 2 && !flags.step) {
    const { screenReport } = await import('../report/screen/reporter.ts');
    const screen = screenReport({ stream: process.stdout, paint, diff, verbosity: flags.verbose });
    listeners.push(screen.listener);
    closers.push(screen.done);
  } else {
    const { displayOkHosts: showOk, displaySkippedHosts: showSkipped } = settings;
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    const report = new LineReport({
      write: writeOutput,
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

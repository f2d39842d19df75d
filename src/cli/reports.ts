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

/** Writes without losing the end of the output when a pipe is slow or closed. */
function output(text: string): void {
  process.stdout.write(text);
}

/** The listeners that flags and terminal ask for: live screen or plain lines, JSON events, log file. */
export async function openReports(flags: RunFlags, settings: Settings): Promise<Reports> {
  const listeners: Listener[] = [];
  const closers: (() => void | Promise<void>)[] = [];
  const colour = process.stdout.isTTY && !settings.noColor;
  const paint = colour || settings.forceColor ? ansi : plain;
  const diff = flags.diff || settings.diffAlways;
  if (flags.json) listeners.push(jsonEvents(output));
  else if (process.stdout.isTTY && !flags.plain && flags.verbose < 2 && !flags.step) {
    const { screenReport } = await import('../report/screen/reporter.ts');
    const screen = screenReport({ stream: process.stdout, paint, diff, verbosity: flags.verbose });
    listeners.push(screen.listener);
    closers.push(screen.done);
  } else {
    const { displayOkHosts: showOk, displaySkippedHosts: showSkipped } = settings;
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    const report = new LineReport({
      write: output,
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

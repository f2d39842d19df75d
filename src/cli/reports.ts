import type { Listener } from '../engine/events.ts';
import { ansi, type Paint, plain } from '../report/colors.ts';
import { jsonEvents } from '../report/json-events.ts';
import { LineReport } from '../report/lines.ts';
import type { ResultFormat } from '../report/result-text.ts';
import { fromJs } from '../base/value.ts';
import type { Settings } from '../play/config/index.ts';
import type { RunFlags } from './options.ts';
import type { World } from './world.ts';
import { flushOutput, writeOutput } from './output.ts';

export interface Reports {
  readonly listeners: readonly Listener[];
  close(): Promise<void>;
}

/** Named with or without its collection; `default` and `yaml` are what we can look like. */
const KNOWN_CALLBACK = /^(?:(?:ansible\.builtin|community\.general)\.)?(?:default|yaml)$/;

/** `callback_result_format = yaml`, or the callback of that name. */
async function resultFormat({ settings, warn }: World): Promise<ResultFormat> {
  const { callbackResultFormat, stdoutCallback } = settings;
  if (!KNOWN_CALLBACK.test(stdoutCallback))
    warn(`there is no callback ${stdoutCallback}: the default one is shown (machines may read --json)`);
  if (callbackResultFormat !== 'yaml' && !stdoutCallback.endsWith('yaml')) return {};
  const { dumpYaml } = await import('../template/yaml/dump.ts');
  const style = { indent: 4, flow: false, literal: true };
  return { toYaml: (result) => dumpYaml(fromJs(result), style) };
}

function lineReport(flags: RunFlags, settings: Settings, paint: Paint, format: ResultFormat): LineReport {
  const { displayOkHosts: showOk, displaySkippedHosts: showSkipped } = settings;
  const writeFailure = (text: string): void => {
    flushOutput();
    process.stderr.write(text);
  };
  return new LineReport({
    ...settings,
    write: writeOutput,
    paint,
    verbosity: flags.verbose,
    diff: flags.diff || settings.diffAlways,
    showOk,
    showSkipped,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    format,
    ...(settings.displayFailedStderr ? { writeFailure } : {}),
  });
}

/** The listeners that flags and terminal ask for: live screen or plain lines, JSON events, log file. */
export async function openReports(world: World): Promise<Reports> {
  const { flags, settings, config } = world;
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
    if (flags.verbose > 0)
      writeOutput(config.file ? `Using ${config.file} as config file\n` : 'No config file found; using defaults\n');
    const report = lineReport(flags, settings, paint, await resultFormat(world));
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

import type { Listener } from '../engine/events.ts';
import { ansi, plain } from '../report/colors.ts';
import { jsonEvents } from '../report/json-events.ts';
import { LineReport } from '../report/lines.ts';
import type { ResultFormat } from '../report/result-text.ts';
import { fromJs } from '../base/value.ts';
import type { Settings } from '../play/config/index.ts';
import type { World } from './world/world.ts';
import { repeatHint } from './world/retry-file.ts';
import {
  flushOutput,
  screenHold,
  terminalSize,
  writeError,
  writeMachineText,
  writeOutput,
  writeScreen,
} from './output.ts';

export interface Reports {
  readonly listeners: readonly Listener[];
  /** None of them shows the result of a task that went well. */
  readonly resultsUnseen: boolean;
  close(): Promise<void>;
}

/** The callbacks that we can look like, named with or without their collection. */
const CALLBACK = /^(?:(?:ansible\.builtin|community\.general)\.)?(default|yaml)$/;

/** `callback_result_format = yaml`, or the callback of that name. */
export async function resultFormat(
  { callbackResultFormat, stdoutCallback }: Pick<Settings, 'callbackResultFormat' | 'stdoutCallback'>,
  warn: (message: string) => void,
): Promise<ResultFormat> {
  const callback = CALLBACK.exec(stdoutCallback)?.[1];
  if (!callback) warn(`there is no callback ${stdoutCallback}: the default one is shown (machines may read --json)`);
  if (callback !== 'yaml' && callbackResultFormat !== 'yaml') return {};
  const { dumpYaml } = await import('../template/yaml/dump.ts');
  const style = { indent: 4, flow: false, literal: true };
  return { toYaml: (result) => dumpYaml(fromJs(result), style) };
}

/** As Ansible: one column stays free on a terminal, so that no banner wraps. */
function bannerColumns(): number | undefined {
  const size = terminalSize();
  return size && size.columns - 1;
}

/** Notes which playbook runs, and says how to run it again on some hosts. With `retry_files_enabled` Ansible's own words do. */
class Repeating {
  private playbook = 'site.yml';
  readonly hint: ((hosts: readonly string[]) => string | undefined) | undefined;

  constructor({ retryFilesEnabled }: Settings) {
    this.hint = retryFilesEnabled ? undefined : (hosts) => repeatHint(this.playbook, hosts);
  }

  readonly listener: Listener = (event) => {
    if (event.type === 'playbook-start') this.playbook = event.file;
  };
}

/** What the live screen and plain lines have in common. */
async function look({ flags, settings, warn }: World, repeat?: Repeating) {
  const colour = process.stdout.isTTY && !settings.noColor && process.env['TERM'] !== 'dumb';
  return {
    paint: colour || settings.forceColor ? ansi : plain,
    verbosity: flags.verbose,
    diff: flags.diff || settings.diffAlways,
    diffContext: settings.diffContext,
    format: await resultFormat(settings, warn),
    repeatHint: repeat?.hint,
  };
}

/** As Ansible: warnings of the run go to standard error. */
function withWarnings({ warn }: World, report: Listener): Listener {
  return (event) => {
    if (event.type === 'warning') warn(event.message);
    report(event);
  };
}

async function plainLines(world: World, repeat: Repeating): Promise<Listener> {
  const { flags, settings, config } = world;
  if (flags.verbose > 0)
    writeOutput(config.file ? `Using ${config.file} as config file\n` : 'No config file found; using defaults\n');
  const { displayOkHosts: showOk, displaySkippedHosts: showSkipped } = settings;
  const report = new LineReport({
    ...settings,
    ...(await look(world, repeat)),
    write: writeOutput,
    showOk,
    showSkipped,
    columns: bannerColumns(),
    ...(settings.displayFailedStderr ? { writeFailure: writeError } : {}),
  });
  return withWarnings(world, report.listener);
}

/** `toa-play run`: what came back from each host. */
async function answerLines(world: World): Promise<Listener> {
  const { answers } = await import('../report/answers.ts');
  return withWarnings(world, answers({ ...(await look(world)), write: writeOutput }));
}

/** Whether the live screen can be drawn: a terminal that moves its cursor, and nobody asked for lines. */
function hasScreen({ flags }: World): boolean {
  const isDumb = ['', 'dumb', 'unknown'].includes(process.env['TERM'] ?? '');
  return process.stdout.isTTY && !isDumb && !flags.plain && flags.verbose < 2 && !flags.step;
}

/** What is kept of a run for programs. */
async function recordings({ record, junit }: World['flags']): Promise<{ listener: Listener; close: () => void }[]> {
  return [
    ...(record === undefined ? [] : [(await import('../report/record.ts')).record(record)]),
    ...(junit === undefined ? [] : [(await import('../report/junit.ts')).junit(junit)]),
  ];
}

/**
 * The listeners that flags and terminal ask for: live screen or plain lines, JSON events, log file.
 * @param isAnswer of `toa-play run`: results are what was asked for
 */
export async function openReports(world: World, isAnswer = false): Promise<Reports> {
  const { flags, settings } = world;
  const repeat = new Repeating(settings);
  const listeners: Listener[] = [repeat.listener];
  // Also when a mistake of ours or a second Ctrl-C ends the process.
  process.once('exit', flushOutput);
  const closers: (() => void | Promise<void>)[] = [flushOutput];
  if (flags.json) listeners.push(jsonEvents(writeMachineText));
  else if (isAnswer) listeners.push(await answerLines(world));
  else if (hasScreen(world)) {
    const { screenReport } = await import('../report/screen/reporter.ts');
    const terminal = { stream: process.stdout, write: writeScreen };
    const screen = screenReport({ ...(await look(world, repeat)), ...terminal, hold: screenHold });
    listeners.push(screen.listener);
    closers.push(screen.done);
  } else listeners.push(await plainLines(world, repeat));
  for (const file of await recordings(flags)) {
    listeners.push(file.listener);
    closers.push(file.close);
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
    resultsUnseen: flags.verbose === 0 && !flags.json && !path && !isAnswer && !flags.record,
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

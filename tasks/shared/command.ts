import { chomp } from '../../src/base/host-text.ts';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { endedBySignal } from './ended-by-signal.ts';
import type { CallResult } from '../../src/host/contract.ts';
import type { TaskContext } from '../../src/verb/verb.ts';

export const COMMAND_SH = join(packageRoot(), 'tasks/shared/command.sh');

/** What command, shell and script have in common. */
export interface CommandOptions {
  readonly chdir?: string;
  readonly creates?: string;
  readonly removes?: string;
  readonly executable?: string;
  readonly stdin?: string;
  readonly stdin_add_newline: boolean;
  readonly strip_empty_ends: boolean;
}

/** Either words of a program, or a text for a shell. */
export type CommandLine = { readonly words: readonly string[] } | { readonly text: string };

const two = (value: number): string => String(value).padStart(2, '0');

/** `2024-01-31 09:05:07.123000` in the controller's time zone, as Python prints a datetime. */
export function pythonTime(date: Date): string {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}000`;
}

/** `0:00:01.234567` of milliseconds, as Python prints a timedelta. */
function pythonDelta(milliseconds: number): string {
  const micro = Math.max(1, Math.round(milliseconds * 1000));
  const seconds = Math.floor(micro / 1_000_000);
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${clock}.${String(micro % 1_000_000).padStart(6, '0')}`;
}

function stripped(text: string, strip: boolean): string {
  return strip ? chomp(text) : text;
}

interface Finished {
  readonly answer: CallResult;
  /** First word of the shell half's first line, and the rest of that line. */
  readonly state: string;
  readonly detail: string;
  readonly stdout: string;
  readonly begun: Date;
  readonly milliseconds: number;
}

function parse(answer: CallResult, begun: Date, milliseconds: number): Finished {
  const end = answer.stdout.indexOf('\n');
  const line = end < 0 ? answer.stdout : answer.stdout.slice(0, end);
  const [state, ...rest] = line.split(' ');
  const stdout = end < 0 ? '' : answer.stdout.slice(end + 1);
  return { answer, state, detail: rest.join(' '), stdout, begun, milliseconds };
}

const base = (cmd: unknown): ModuleResult => ({
  cmd,
  stdout: '',
  stderr: '',
  rc: 0,
  start: null,
  end: null,
  delta: null,
  changed: false,
});

function skippedBecause(cmd: unknown, check: boolean, why: string, path: string): ModuleResult {
  const tense = check ? 'Would' : 'Did';
  return {
    ...base(cmd),
    msg: `${tense} not run command since '${path}' ${why}`,
    stdout: `skipped, since ${path} ${why}`,
  };
}

function inCheckMode(cmd: unknown, options: CommandOptions): ModuleResult {
  const result = { ...base(cmd), msg: 'Command would have run if not in check mode' };
  if (options.creates === undefined && options.removes === undefined) return { ...result, skipped: true };
  return { ...result, changed: true };
}

function notStarted(cmd: unknown, program: string, state: string): ModuleResult {
  const [rc, text] = state === 'denied' ? [13, 'Permission denied'] : [2, 'No such file or directory'];
  const msg = `[Errno ${rc}] ${text}: b'${program}'`;
  return failure(msg, { ...base(cmd), msg, rc, failed: true });
}

/** Words that only a shell obeys. */
const SHELL_WORD = /^(?:\||\|\||&&|&|;|[12]?>{1,2}|<|2>&1)$/;

/** A pipe given to `command`, which hands it on as a word. */
function shellRemedy(line: CommandLine): Partial<ModuleResult> {
  const word = 'words' in line ? line.words.find((one) => SHELL_WORD.test(one)) : undefined;
  if (word === undefined) return {};
  return { remedy: `command runs no shell, and ${word} was an argument like any other: use shell` };
}

function ended(line: CommandLine, cmd: unknown, done: Finished, options: CommandOptions): ModuleResult {
  const { answer, begun, milliseconds } = done;
  const { rc, stderr } = endedBySignal(line, answer) ?? answer;
  const result: ModuleResult = {
    cmd,
    stdout: stripped(done.stdout, options.strip_empty_ends),
    stderr: stripped(stderr, options.strip_empty_ends),
    rc,
    start: pythonTime(begun),
    end: pythonTime(new Date(begun.getTime() + milliseconds)),
    delta: pythonDelta(milliseconds),
    changed: true,
    msg: '',
  };
  if (answer.timedOut) return { ...result, failed: true, msg: 'the command ran out of its time and was ended' };
  if (rc === 0) return result;
  return { ...result, failed: true, msg: 'non-zero return code', ...shellRemedy(line) };
}

/** When it began, and for how many milliseconds it ran: what the host says, else what was measured here. */
function times({ ran, milliseconds }: CallResult, measured: number): [Date, number] {
  if (ran) return [ran.started, ran.ended.getTime() - ran.started.getTime()];
  const took = milliseconds ?? measured;
  return [new Date(Date.now() - took), took];
}

function withNewline(options: CommandOptions): string | undefined {
  const { stdin } = options;
  return stdin === undefined || !options.stdin_add_newline ? stdin : `${stdin}\n`;
}

/**
 * Runs a program or a shell text on the host in one round trip and gives Ansible's result for it.
 * `start`, `end` and `delta` are taken on the controller, around the round trip.
 */
export async function runCommand(
  line: CommandLine,
  options: CommandOptions,
  context: TaskContext,
): Promise<ModuleResult> {
  const isWords = 'words' in line;
  const cmd = isWords ? [...line.words] : line.text;
  const clock = performance.now();
  const answer = await context.call({
    scripts: [COMMAND_SH],
    fn: isWords ? 'toa_command_words' : 'toa_command_shell',
    args: isWords ? line.words : [line.text],
    vars: {
      chdir: options.chdir ?? '',
      creates: options.creates ?? '',
      removes: options.removes ?? '',
      executable: options.executable ?? '',
      check: context.check ? '1' : '',
    },
    stdin: withNewline(options),
    pipelined: true,
    mayBeCut: true,
  });
  const done = parse(answer, ...times(answer, performance.now() - clock));
  switch (done.state) {
    case 'creates':
      return skippedBecause(cmd, context.check, 'exists', options.creates ?? '');
    case 'removes':
      return skippedBecause(cmd, context.check, 'does not exist', options.removes ?? '');
    case 'check':
      return inCheckMode(cmd, options);
    case 'chdir':
      return failure(`Unable to change directory before execution: ${done.detail}`, {
        ...base(cmd),
        rc: null as never,
        failed: true,
        msg: `Unable to change directory before execution: ${done.detail}`,
      });
    case 'missing':
    case 'denied':
      return notStarted(cmd, isWords ? line.words[0] : (options.executable ?? '/bin/sh'), done.state);
    default:
      return ended(line, cmd, done, options);
  }
}

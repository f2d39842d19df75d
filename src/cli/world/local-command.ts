import { shellQuote } from '../../base/quote.ts';

export interface LocalResult {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PLAIN = {
  shell: '/bin/sh',
  prefix: '',
  postfix: '',
  quote: shellQuote,
  nothrow: true,
  quiet: true,
  verbose: false,
} as const;

async function shell(input?: string | Uint8Array): Promise<import('zx/core').Shell> {
  // loaded at first use: most runs start no program on the controller
  const { $ } = await import('zx/core');
  return $({ ...PLAIN, input: input === undefined ? '' : Buffer.from(input) });
}

const resultOf = (done: { exitCode: number | null; stdout: string; stderr: string }): LocalResult => ({
  rc: done.exitCode ?? 128,
  stdout: done.stdout,
  stderr: done.stderr,
});

/** Runs a program of this machine with the given arguments, each quoted. Never throws for a status. */
export async function runProgram(command: string, args: readonly string[], input?: string): Promise<LocalResult> {
  const run = await shell(input);
  return resultOf(await run`${[command, ...args]}`);
}

/** Runs a line of the user's own shell text (`lookup('pipe')`). */
export async function runShellText(text: string): Promise<LocalResult> {
  const run = await shell();
  return resultOf(await run`sh -c ${text}`);
}

/**
 * Lets a program have the terminal: an editor, a pager.
 * @param options `input`: what it reads in place of the terminal; `env`: defaults for its environment
 * @returns its status, 128 where a signal ended it; undefined where there is no such program
 */
export async function onTerminal(
  command: string,
  args: readonly string[],
  options: { input?: Uint8Array; env?: NodeJS.ProcessEnv } = {},
): Promise<number | undefined> {
  const { $, which } = await import('zx/core');
  if ((await which(command, { nothrow: true })) === null) return undefined;
  const input = options.input === undefined ? {} : { input: Buffer.from(options.input) };
  const stdin = options.input === undefined ? 'inherit' : 'pipe';
  const env = { ...options.env, ...process.env };
  // sync: nothing else of ours may write to the terminal meanwhile
  const run = $.sync({ ...PLAIN, ...input, prefix: 'exec ', env, stdio: [stdin, 'inherit', 'inherit'] });
  return run`${[command, ...args]}`.exitCode ?? 128;
}

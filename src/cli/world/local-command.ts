import { shellQuote } from '../../base/quote.ts';

export interface LocalResult {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function shell(input?: string | Uint8Array): Promise<import('zx/core').Shell> {
  // loaded at first use: most runs start no program on the controller
  const { $ } = await import('zx/core');
  return $({
    shell: '/bin/sh',
    prefix: '',
    postfix: '',
    quote: shellQuote,
    nothrow: true,
    quiet: true,
    verbose: false,
    input: input === undefined ? '' : Buffer.from(input),
  });
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

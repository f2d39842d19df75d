import type { ChildProcess, StdioOptions } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ProcessPromise } from 'zx/core';

interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string | Buffer;
  stdio?: StdioOptions;
}

interface StartOptions extends ProgramOptions {
  detached?: boolean;
}

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** With the pipes that it has unless `stdio` says otherwise. */
export interface Child extends ChildProcess {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
}

export function startProgram(file: string, args?: readonly string[], options?: StartOptions): ProcessPromise;
export function childProgram(file: string, args?: readonly string[], options?: StartOptions): Child;
export function awaitProgram(
  file: string,
  args?: readonly string[],
  options?: StartOptions & { timeout?: number },
): Promise<Ended>;
export function tryProgram(file: string, args?: readonly string[], options?: ProgramOptions): Ended & { bytes: Buffer };
export function runProgram(file: string, args?: readonly string[], options?: ProgramOptions): string;

// Programs of this machine, for scripts and tests: zx, with words for its words (no shell text), without bash, and without
// its echo. Where a test needs the streams or the process id, `startProgram` gives zx's promise, and `childProgram` the process.
import { spawnSync } from 'node:child_process';
import { $ } from 'zx/core';

const quote = (word) => `'${String(word).replaceAll("'", `'\\''`)}'`;
// exec: the program has the process id that zx knows, so a signal reaches it and not a shell in front of it
const PLAIN = { shell: '/bin/sh', prefix: 'exec ', postfix: '', quote, quiet: true, verbose: false, nothrow: true };

/** zx has no option for it, and Node's 1 MiB cuts an answer off. */
const largeOutput = (file, args, options) => spawnSync(file, args, { ...options, maxBuffer: 1 << 28 });

/** zx takes an option that is undefined for one that was given. */
const given = (options) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/**
 * Starts a program, and does not wait.
 * @param {string} file a path, or a name that PATH has
 * @param {readonly string[]} args
 * @param {object} options `env`: the whole environment; `detached`: in a process group of its own; standard input is
 *   empty unless `input` or `stdio` says otherwise
 * @returns {import('zx/core').ProcessPromise} never rejected for a status
 */
export function startProgram(file, args = [], { input, stdio, ...options } = {}) {
  const pipes = stdio ?? [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
  return $({ ...PLAIN, detached: false, stdio: pipes, ...given({ input, ...options }) })`${[file, ...args]}`;
}

/** The same, for who wants only the process: its id, its streams, its end. */
export const childProgram = (...words) => startProgram(...words).child;

const ended = ({ exitCode, stdout, stderr }) => ({ status: exitCode, stdout, stderr });

function succeeded(file, args, { status, stdout, stderr }) {
  if (status === 0) return { status, stdout, stderr };
  const error = new Error(`${file} ${args.join(' ')}: status ${status}\n${stderr}`);
  throw Object.assign(error, { status, stdout, stderr });
}

/**
 * Runs a program to its end.
 * @returns {{status: number | null, stdout: string, stderr: string, bytes: Buffer}} `bytes`: stdout as it came (zx has text only); status 127
 *   where there is no such program, null where a signal ended it
 */
export function tryProgram(file, args = [], { input = '', ...options } = {}) {
  let raw;
  const keeping = (...words) => (raw = largeOutput(...words));
  const done = $.sync({ ...PLAIN, spawnSync: keeping, input, ...given(options) })`${[file, ...args]}`;
  return { ...ended(done), bytes: raw.stdout ?? Buffer.alloc(0) };
}

/**
 * Runs a program that must succeed.
 * @returns {string} its standard output
 * @throws {Error} with what it said, and `status`, `stdout`, `stderr`
 */
export const runProgram = (file, args = [], options = {}) =>
  succeeded(file, args, tryProgram(file, args, options)).stdout;

/**
 * The same while others run.
 * @param {object} options `timeout`: milliseconds after which it is ended
 * @returns {Promise<{status: number, stdout: string, stderr: string}>}
 */
export async function awaitProgram(file, args = [], { timeout, ...options } = {}) {
  const running = startProgram(file, args, options);
  const timer = timeout && setTimeout(() => running.child.kill(), timeout);
  const done = await running;
  clearTimeout(timer);
  return succeeded(file, args, ended(done));
}

// Running programs, with what they said in the error when they fail.
import { startProgram, tryProgram } from '../programs.mjs';

/**
 * @param {object} options `seconds`: the limit; `watch`: {seconds, over}: ended after so many when `over()` says so
 * @returns {Promise<{rc: number, out: string, given?: boolean}>} rc 124: ended after `seconds`; `given`: by `watch`; stdout
 *   and stderr in one text
 */
export async function attempt(command, args, { cwd, env, seconds, watch } = {}) {
  const running = startProgram(command, args, { cwd, env: { ...process.env, ...env } });
  const end = () => running.child.kill('SIGKILL');
  let late = false;
  let given = false;
  const timer = seconds && setTimeout(() => ((late = true), end()), seconds * 1000);
  const look = watch && setTimeout(() => watch.over() && ((given = true), end()), watch.seconds * 1000);
  const { exitCode, stdall } = await running;
  clearTimeout(timer);
  clearTimeout(look);
  return { rc: late ? 124 : (exitCode ?? 128), given, out: stdall };
}

/** Where a program of this machine lies. */
export const which = (program) => tryProgram('sh', ['-c', 'command -v "$0"', program]).stdout.trim();

export async function run(command, args, options) {
  const { rc, out } = await attempt(command, args, options);
  if (rc !== 0) throw new Error(`${command} ${args.join(' ')}: status ${rc}\n${out.split('\n').slice(-25).join('\n')}`);
  return out;
}

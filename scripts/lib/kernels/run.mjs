// Running programs, with what they said in the error when they fail.
import { startProgram, tryProgram } from '../programs.mjs';

/** @returns {Promise<{rc: number, out: string}>} rc 124: ended after `seconds`; stdout and stderr in one text */
export async function attempt(command, args, { cwd, env, seconds } = {}) {
  const running = startProgram(command, args, { cwd, env: { ...process.env, ...env } });
  let late = false;
  const timer = seconds && setTimeout(() => ((late = true), running.child.kill('SIGKILL')), seconds * 1000);
  const { exitCode, stdall } = await running;
  clearTimeout(timer);
  return { rc: late ? 124 : (exitCode ?? 128), out: stdall };
}

/** Where a program of this machine lies. */
export const which = (program) => tryProgram('sh', ['-c', 'command -v "$0"', program]).stdout.trim();

export async function run(command, args, options) {
  const { rc, out } = await attempt(command, args, options);
  if (rc !== 0) throw new Error(`${command} ${args.join(' ')}: status ${rc}\n${out.split('\n').slice(-25).join('\n')}`);
  return out;
}

// Running programs, with what they said in the error when they fail.
import { spawn, spawnSync } from 'node:child_process';

/**
 * @param {object} options `seconds`: the limit; `watch`: {seconds, over}: ended after so many when `over()` says so
 * @returns {Promise<{rc: number, out: string, given?: boolean}>} rc 124: ended after `seconds`; `given`: by `watch`; stdout
 *   and stderr in one text
 */
export function attempt(command, args, { cwd, env, seconds, watch } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces = [];
    let late = false;
    let given = false;
    const timer = seconds && setTimeout(() => ((late = true), child.kill('SIGKILL')), seconds * 1000);
    const look =
      watch && setTimeout(() => watch.over() && ((given = true), child.kill('SIGKILL')), watch.seconds * 1000);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => pieces.push(data));
    const end = (rc, extra = '') => {
      clearTimeout(timer);
      clearTimeout(look);
      resolve({ rc: late ? 124 : rc, given, out: Buffer.concat(pieces).toString('utf8') + extra });
    };
    child.on('error', (error) => end(127, error.message));
    child.on('close', (code) => end(code ?? 128));
  });
}

/** Where a program of this machine lies. */
export const which = (program) => spawnSync('sh', ['-c', 'command -v "$0"', program]).stdout.toString().trim();

export async function run(command, args, options) {
  const { rc, out } = await attempt(command, args, options);
  if (rc !== 0) throw new Error(`${command} ${args.join(' ')}: status ${rc}\n${out.split('\n').slice(-25).join('\n')}`);
  return out;
}

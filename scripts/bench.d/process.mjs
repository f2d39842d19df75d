import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from '../lib/programs.mjs';

/** Peak memory of a process so far, in MB; undefined when it is gone. */
function memory(pid) {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    return undefined;
  }
}

/** CPU seconds of all that ran in a control group of the bed. */
function cpuOf(group) {
  return Number(/^usage_usec (\d+)/m.exec(readFileSync(join(group, 'cpu.stat'), 'utf8'))[1]) / 1e6;
}

/** Ends what a program has left behind in its control group: Ansible's connections stay for a minute. */
function endLeft(group) {
  for (const pid of readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid));
    } catch {
      // it ended by itself
    }
  }
}

/** Starts a program in a control group. */
const IN_GROUP = ['sh', '-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"'];

/**
 * Runs a contestant once, to its end.
 * @returns wall seconds of the whole process, its CPU with that of its children, its own peak memory (looked at ten times a
 * second), the hosts' CPU, the longest turn
 * @throws Error when it failed or did not do the whole work
 */
export async function runOnce({ name, command, cwd, env, turns, groups, isGood }) {
  const [hosts, controller] = ['hosts', 'controller'].map((group) => join(groups, group));
  if (turns) rmSync(turns, { force: true });
  const before = [hosts, controller].map(cpuOf);
  const begun = performance.now();
  const [program, ...words] = [...IN_GROUP, controller, ...command];
  const running = startProgram(program, words, { cwd, env: { ...process.env, ...env } });
  let megabytes = 0;
  // One that is ending has no memory any more.
  const timer = setInterval(() => (megabytes = Math.max(memory(running.pid) ?? 0, megabytes)), 100);
  const { exitCode, stdout, stderr } = await running;
  clearInterval(timer);
  const seconds = (performance.now() - begun) / 1000;
  endLeft(controller);
  // Sessions end a little later.
  await delay(300);
  const [hostSeconds, cpuSeconds] = [hosts, controller].map((group, i) => cpuOf(group) - before[i]);
  if (exitCode !== 0 || !isGood(stdout)) {
    throw new Error(`${name} ended with ${exitCode}:\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`);
  }
  const probed = turns ? JSON.parse(readFileSync(turns, 'utf8')) : undefined;
  return { seconds, hostSeconds, cpuSeconds, megabytes, ...probed };
}

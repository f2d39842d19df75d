import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let megabytes = 0;
  // One that is ending has no memory any more.
  const timer = setInterval(() => (megabytes = Math.max(memory(child.pid) ?? 0, megabytes)), 100);
  const output = [];
  const errors = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => errors.push(chunk));
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  clearInterval(timer);
  const seconds = (performance.now() - begun) / 1000;
  endLeft(controller);
  // Sessions end a little later.
  await delay(300);
  const [hostSeconds, cpuSeconds] = [hosts, controller].map((group, i) => cpuOf(group) - before[i]);
  const text = Buffer.concat(output).toString();
  if (code !== 0 || !isGood(text)) {
    throw new Error(
      `${name} ended with ${code}:\n${text.slice(-3000)}\n${Buffer.concat(errors).toString().slice(-3000)}`,
    );
  }
  const probed = turns ? JSON.parse(readFileSync(turns, 'utf8')) : undefined;
  return { seconds, hostSeconds, cpuSeconds, megabytes, ...probed };
}

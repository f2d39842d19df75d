import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const TICKS_A_SECOND = 100;

/** CPU seconds and peak memory of a process so far, its ended children's CPU included; undefined when it is gone. */
function look(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0);
    const megabytes = Math.round(
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    );
    return { cpuSeconds: ticks / TICKS_A_SECOND, megabytes };
  } catch {
    return undefined;
  }
}

/** CPU seconds of the bed's sshd and all its sessions that have ended: what the hosts themselves spent. */
function bedCpu(pidFile) {
  return look(Number(readFileSync(pidFile, 'utf8')))?.cpuSeconds ?? 0;
}

/**
 * Runs a contestant once, to its end.
 * @returns wall seconds of the whole process, its CPU and peak memory (looked at ten times a second), the hosts' CPU, the
 * longest turn
 * @throws Error when it failed or did not do the whole work
 */
export async function runOnce({ name, command, cwd, env, turns, sshd, isGood }) {
  if (turns) rmSync(turns, { force: true });
  const before = bedCpu(sshd);
  const begun = performance.now();
  const child = spawn(command[0], command.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let seen = { cpuSeconds: 0, megabytes: 0 };
  const timer = setInterval(() => {
    const now = look(child.pid);
    // One that is ending has no memory any more.
    if (now) seen = { ...now, megabytes: Math.max(now.megabytes, seen.megabytes) };
  }, 100);
  const output = [];
  const errors = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => errors.push(chunk));
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  clearInterval(timer);
  const seconds = (performance.now() - begun) / 1000;
  // Sessions are counted when their sshd has reaped them.
  await delay(300);
  const hostSeconds = bedCpu(sshd) - before;
  const text = Buffer.concat(output).toString();
  if (code !== 0 || !isGood(text)) {
    throw new Error(
      `${name} ended with ${code}:\n${text.slice(-3000)}\n${Buffer.concat(errors).toString().slice(-3000)}`,
    );
  }
  const probed = turns ? JSON.parse(readFileSync(turns, 'utf8')) : undefined;
  return {
    seconds,
    hostSeconds,
    ...seen,
    ...(probed && { cpuSeconds: probed.cpu, megabytes: probed.megabytes, turnMs: probed.turnMs }),
  };
}

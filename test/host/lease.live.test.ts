// What becomes of a host's lock and shell when its controller is gone, or only seems to be. Real sshd, real time.
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session, Shell } from '../../src/host/contract.ts';
import { acquireHostLock } from '../../src/host/lease/lock.ts';
import { openSession } from '../../src/host/session/session.ts';
import { kill } from '../support/kill.ts';
import { lockedIn } from '../support/own-lock.ts';
import { Relay } from '../support/relay.ts';
import { TestSshd } from '../support/sshd.ts';
import { childProgram } from '../../scripts/lib/programs.mjs';

const port = 33_000 + (process.pid % 1000) * 2;
const sshd = new TestSshd('127.0.0.53', port);
const folder = mkdtempSync(join(tmpdir(), 'toa-lease-'));
const scripts = [resolve('test/host/session.sh')];
const relays: Relay[] = [];
const sessions: Session[] = [];
const children: ChildProcess[] = [];

beforeAll(() => sshd.start());
afterAll(async () => {
  for (const relay of relays) relay.close();
  for (const child of children) kill(child.pid as number, 'SIGKILL');
  await Promise.all(sessions.map((session) => session.close()));
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

let relayed = 0;
const keyOfHost = ['-o', `HostKeyAlias=[${sshd.address}]:${port}`];
/** A way to the host that can be cut without anybody being told. */
async function network(): Promise<{ relay: Relay; session: Session }> {
  const relay = new Relay({ host: sshd.address, port });
  const address = `127.0.0.${60 + relayed++}`;
  await relay.listen(port + 1, address);
  relays.push(relay);
  const target = sshd.target({ host: address, port: port + 1 });
  const session = openSession({ ...target, sshArgs: [...target.sshArgs, ...keyOfHost] });
  sessions.push(session);
  return { relay, session };
}

/** Another controller, near the host. */
async function another(home: string): Promise<Shell> {
  const session = openSession(sshd.target());
  sessions.push(session);
  return lockedIn(home, await session.shell());
}

const newHome = (): string => mkdtempSync(join(folder, 'home-'));
const sh = (shell: Shell, text: string) => shell.call({ scripts, fn: 'eval', args: [text] });
const pidOf = async (shell: Shell): Promise<number> => Number((await sh(shell, 'echo $$')).stdout);
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);
/** Seconds until the lock could be had. */
async function untilFree(shell: Shell, waitSeconds: number): Promise<number> {
  const began = performance.now();
  await acquireHostLock(shell, { owner: 'bob, run 2', waitSeconds });
  return (performance.now() - began) / 1000;
}
const measured: string[] = [];
afterAll(() => console.log(measured.join('\n')));

describe.concurrent('a host whose controller is gone', () => {
  it('is free after 40 seconds when the network is lost, and its shell has ended', async () => {
    const home = newHome();
    const { relay, session } = await network();
    const shell = lockedIn(home, await session.shell());
    await acquireHostLock(shell, { owner: 'alice, run 1' });
    const pid = await pidOf(shell);
    const other = await another(home);
    relay.isBlackHole = true;
    const seconds = await untilFree(other, 90);
    measured.push(`free ${seconds.toFixed(1)} s after the network was lost`);
    expect(seconds).toBeGreaterThan(18);
    // 40 and what a busy machine takes
    expect(seconds).toBeLessThan(75);
    expect(isAlive(pid)).toBe(false);
  });

  it('is free at once when its sshd session ends', async () => {
    const home = newHome();
    const holder = await network();
    const shell = lockedIn(home, await holder.session.shell());
    await acquireHostLock(shell, { owner: 'alice, run 1' });
    const parent = Number((await sh(shell, 'echo $PPID')).stdout);
    const other = await another(home);
    kill(parent, 'SIGKILL');
    const seconds = await untilFree(other, 20);
    measured.push(`free ${seconds.toFixed(1)} s after the sshd session was killed`);
    expect(seconds).toBeLessThan(20);
  });

  it('is free when the controller is stopped, which makes no change when it is woken', async () => {
    const home = newHome();
    const holder = resolve('test/support/lock-holder.mjs');
    const words = [holder, JSON.stringify(sshd.target()), home, resolve('test/host/lock-id.sh')];
    const child = childProgram(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const said = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const next = async (): Promise<string> => (await said.next()).value as string;
    expect(await next()).toBe('held');
    child.stdin!.write(`${home}/early\n`);
    expect(await next()).toBe('made');
    kill(child.pid as number, 'SIGSTOP');
    const other = await another(home);
    const seconds = await untilFree(other, 90);
    measured.push(`free ${seconds.toFixed(1)} s after the controller was stopped`);
    kill(child.pid as number, 'SIGCONT');
    for (const file of ['late', 'later']) {
      child.stdin!.write(`${home}/${file}\n`);
      expect(await next()).toMatch(/^E_(CONNECTION_LOST|LOCK_LOST)$/);
      expect(existsSync(join(home, file))).toBe(false);
    }
    child.stdin!.end();
    expect(readFileSync(join(home, '.toa-play.lock'), 'utf8')).toMatch(/ bob, run 2\n$/);
  });

  it('ends a long command in its time, keeps the lock for it, and is free then', async () => {
    const home = newHome();
    const { relay, session } = await network();
    const shell = lockedIn(home, await session.shell());
    await acquireHostLock(shell, { owner: 'alice, run 1' });
    const other = await another(home);
    const long = sh(shell, `: >'${home}/begun'; sleep 45; echo $? >'${home}/ended'`);
    long.catch(() => undefined);
    await expect.poll(() => existsSync(join(home, 'begun')), { timeout: 10_000 }).toBe(true);
    relay.isBlackHole = true;
    const seconds = await untilFree(other, 140);
    measured.push(`free ${(seconds - 45).toFixed(1)} s after the end of a command that ran when the network was lost`);
    expect(seconds).toBeGreaterThan(45 + 28);
    expect(seconds).toBeLessThan(45 + 75);
    expect(readFileSync(join(home, 'ended'), 'utf8')).toBe('0\n');
  });
});

describe.concurrent('a host whose controller is there', () => {
  it.each(['dash', 'bash', 'busybox'])('goes on after a minute in which nothing else was said [%s]', async (name) => {
    const path = join(folder, `a-${name}`);
    writeFileSync(path, `#!/bin/sh\nexec ${name} ${name === 'busybox' ? 'sh ' : ''}"$@"\n`, { mode: 0o755 });
    const session = openSession(sshd.target({ shellExecutable: path }));
    sessions.push(session);
    const shell = await session.shell();
    const pid = await pidOf(shell);
    const watcher = (): Promise<{ stdout: string }> => sh(shell, 'echo "$TOA_WATCHER"');
    await new Promise((done) => setTimeout(done, 60_000));
    expect(await pidOf(shell)).toBe(pid);
    expect(isAlive(Number((await watcher()).stdout))).toBe(true);
  });

  it('lets a command run for a minute, with and without the lock', async () => {
    const home = newHome();
    const holder = lockedIn(home, await (await network()).session.shell());
    await acquireHostLock(holder, { owner: 'alice, run 1' });
    const other = await another(home);
    const runs = [holder, other].map((shell) => sh(shell, 'sleep 60; echo whole'));
    for (const { stdout } of await Promise.all(runs)) expect(stdout).toBe('whole\n');
    await expect(acquireHostLock(other, { owner: 'bob' })).rejects.toMatchObject({ code: 'E_HOST_LOCKED' });
  });
});

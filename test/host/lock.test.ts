import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Session, Shell } from '../../src/host/contract.ts';
import { acquireHostLock } from '../../src/host/lease/lock.ts';
import { openSession } from '../../src/host/session/session.ts';
import { lockedIn } from '../support/own-lock.ts';
import { localTarget, shellNames } from '../support/shells.ts';
import { childProgram, runProgram } from '../../scripts/lib/programs.mjs';

const folder = mkdtempSync(join(tmpdir(), 'toa-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const NAMESPACE = readlinkSync('/proc/self/ns/pid');
const scripts = [resolve('test/host/session.sh')];
const open: Session[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((session) => session.close()))));

describe.each(shellNames())('the lock of a host [%s]', (name) => {
  const home = mkdtempSync(join(folder, 'home-'));
  const lock = join(home, '.toa-play.lock');
  const words = name === 'busybox' ? ['busybox', 'sh'] : [name];
  const executable = join(folder, words.join('-'));
  writeFileSync(executable, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });

  async function another(): Promise<{ shell: Shell; session: Session }> {
    const session = openSession(localTarget(executable));
    open.push(session);
    return { shell: lockedIn(home, await session.shell()), session };
  }
  const echo = (shell: Shell): Promise<{ stdout: string }> => shell.call({ scripts, fn: 't_echo', args: ['made'] });
  const numberIn = (): number => Number(readFileSync(lock, 'utf8').split(' ')[1]);

  it('is held by one, named to the other, and free after release or death; its number grows', async () => {
    const [one, two] = [await another(), await another()];
    const held = await acquireHostLock(one.shell, { owner: 'alice run 1' });
    const first = numberIn();
    await acquireHostLock(one.shell, { owner: 'alice run 1' });
    const refused = acquireHostLock(two.shell, { owner: 'bob run 2', host: 'web1' });
    await expect(refused).rejects.toMatchObject({ code: 'E_HOST_LOCKED' });
    await expect(refused).rejects.toThrow(/web1: .*alice run 1 \(process \d+\); its lease goes on for \d+ s/);
    await held.release();
    expect(readdirSync(home)).toEqual([]);
    await acquireHostLock(two.shell, { owner: 'bob run 2' });
    expect(numberIn()).toBeGreaterThan(first);
    await two.session.close();
    // its process may end a little later
    await vi.waitFor(() => acquireHostLock(one.shell, { owner: 'alice run 1' }), { timeout: 60_000, interval: 100 });
    await echo(one.shell);
    expect(readdirSync(home)).toEqual(['.toa-play.lock']);
  });

  it('goes to one of many', async () => {
    const shells = await Promise.all(Array.from({ length: 6 }, another));
    const results = await Promise.allSettled(
      shells.map(({ shell }, i) => acquireHostLock(shell, { owner: `run ${i}` })),
    );
    expect(results.filter((result) => result.status === 'fulfilled').length).toBe(1);
    expect(readdirSync(home)).toEqual(['.toa-play.lock']);
  });

  it('is free when its time is over, whatever its holder does', async () => {
    const holder = childProgram('sleep', ['60']);
    const start = runProgram('awk', ['{ print $22 }', `/proc/${holder.pid}/stat`]).trim();
    const line = (end: number): string =>
      `${String(end).padStart(10, '0')} 7 ${holder.pid} ${start} ${BOOT} ${NAMESPACE} bob run 2\n`;
    const { shell } = await another();
    try {
      writeFileSync(lock, line(2_000_000_000));
      await expect(acquireHostLock(shell, { owner: 'alice' })).rejects.toMatchObject({ code: 'E_HOST_LOCKED' });
      writeFileSync(lock, line(1));
      await acquireHostLock(shell, { owner: 'alice' });
    } finally {
      holder.kill();
    }
  });

  it('heals where one was killed while taking or giving it back', async () => {
    const dead = `2000000000 5 ${process.pid} 7 ${BOOT} ${NAMESPACE} somebody\n`;
    writeFileSync(lock, dead);
    writeFileSync(`${lock}.4711`, dead);
    for (const claim of ['5', '5.1', '3']) writeFileSync(`${lock}.claim.${claim}`, dead);
    const { shell } = await another();
    const began = performance.now();
    await acquireHostLock(shell, { owner: 'alice' });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(readdirSync(home)).toEqual(['.toa-play.lock']);
  });

  it('heals where a shell is really killed there', async () => {
    const dies = resolve('test/host/lock-killed.sh');
    const lost = { code: 'E_CONNECTION_LOST' };
    writeFileSync(lock, `2000000000 5 ${process.pid} 7 ${BOOT} ${NAMESPACE} somebody\n`);
    const [one, two, three] = [await another(), await another(), await another()];
    const killed = (shell: Shell): Shell => ({
      ...shell,
      call: (call) => shell.call({ ...call, scripts: [...call.scripts, dies] }),
    });
    await expect(acquireHostLock(killed(one.shell), { owner: 'alice' })).rejects.toMatchObject(lost);
    expect(readdirSync(home)).toContain('.toa-play.lock.claim.5');
    const bobs = await acquireHostLock(two.shell, { owner: 'bob' });
    expect(readdirSync(home)).toEqual(['.toa-play.lock']);
    await two.shell.call({ scripts: [dies], fn: 'true' });
    await expect(bobs.release()).rejects.toMatchObject(lost);
    expect(readdirSync(home)).toContainEqual(expect.stringMatching(/claim/));
    await acquireHostLock(three.shell, { owner: 'carol' });
    expect(readdirSync(home)).toEqual(['.toa-play.lock']);
  });

  it('is waited for, and taken', async () => {
    const [one, two] = [await another(), await another()];
    const held = await acquireHostLock(one.shell, { owner: 'alice run 1' });
    const said: string[] = [];
    const waits = acquireHostLock(two.shell, { owner: 'bob', waitSeconds: 30, onWait: (holder) => said.push(holder) });
    await expect.poll(() => said, { timeout: 10_000 }).toMatchObject([/^alice run 1 \(process \d+\)$/]);
    await held.release();
    const bobs = await waits;
    expect(bobs.takenFrom).toBeUndefined();
    const taken = await acquireHostLock(one.shell, { owner: 'alice run 1', force: true });
    expect(taken.takenFrom).toMatch(/^bob \(process \d+\)$/);
  });

  it('lets who has lost it change nothing more', async () => {
    const [one, two] = [await another(), await another()];
    await acquireHostLock(one.shell, { owner: 'alice' });
    expect((await echo(one.shell)).stdout).toBe('made');
    const bobs = await acquireHostLock(two.shell, { owner: 'bob', force: true });
    const refused = echo(one.shell);
    await expect(refused).rejects.toMatchObject({ code: 'E_LOCK_LOST' });
    await expect(refused).rejects.toThrow(/held by bob \(process \d+\)/);
    await bobs.release();
    await expect(echo(one.shell)).rejects.toThrow(/it is gone/);
    expect((await echo(two.shell)).stdout).toBe('made');
    // a new shell of the same run does not get it back
    await one.session.reset();
    await expect(echo(one.shell)).rejects.toMatchObject({ code: 'E_LOCK_LOST' });
  });

  it('goes to the new shell of a run, where nobody had it in between', async () => {
    const [one, two] = [await another(), await another()];
    await acquireHostLock(one.shell, { owner: 'alice' });
    const first = numberIn();
    await one.session.reset();
    expect((await echo(one.shell)).stdout).toBe('made');
    expect(numberIn()).toBeGreaterThan(first);
    await expect(acquireHostLock(two.shell, { owner: 'bob' })).rejects.toMatchObject({ code: 'E_HOST_LOCKED' });
  });
});

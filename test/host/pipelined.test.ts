import { setMaxListeners } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Call, CallResult, Shell } from '../../src/host/contract.ts';
import { forEachShell } from '../support/shells.ts';

const scripts = [resolve('test/host/session.sh')];
const folder = mkdtempSync(join(tmpdir(), 'toa-pipelined-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const call = (shell: Shell, fn: string, args: string[], more: Partial<Call> = {}): Promise<CallResult> =>
  shell.call({ scripts, fn, args, pipelined: true, ...more });

forEachShell('pipelined calls', (getShell) => {
  it('run in order, also behind one that failed, and each gets its own answer', async () => {
    const shell = await getShell();
    const answers = await Promise.all([
      call(shell, 't_echo', ['a']),
      call(shell, 't_both', []),
      call(shell, 't_exit', []),
      call(shell, 't_cat', [], { stdin: 'b\0c' }),
      ...Array.from({ length: 100 }, (_, i) => call(shell, 't_echo', [`${i}`])),
    ]);
    expect(answers.map(({ rc }) => rc).slice(0, 5)).toEqual([0, 7, 9, 0, 0]);
    expect(answers[1]).toMatchObject({ stdout: 'out', stderr: 'err' });
    expect(Buffer.from(answers[3].stdoutBytes).toString()).toBe('b\0c');
    expect(answers.slice(4).map(({ stdout }) => stdout)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
  });

  it('tell how long they took without those before', async () => {
    const shell = await getShell();
    const [first, second] = await Promise.all([call(shell, 't_sleep', ['1']), call(shell, 't_echo', ['x'])]);
    expect(first.milliseconds).toBeGreaterThan(900);
    expect(second.milliseconds).toBeLessThan(900);
  });

  it('wait for calls that are not pipelined, which wait for them', async () => {
    const shell = await getShell();
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    await Promise.all([
      call(shell, 't_sleep', ['1']).then(note('pipelined')),
      call(shell, 't_echo', [], { pipelined: false }).then(note('plain')),
      call(shell, 't_echo', []).then(note('behind')),
    ]);
    expect(order).toEqual(['pipelined', 'plain', 'behind']);
  });

  it('are dropped on the host when the run is interrupted; the shell lives on', async () => {
    const shell = await getShell();
    await call(shell, 't_echo', ['open']);
    const controller = new AbortController();
    const { signal } = controller;
    setMaxListeners(0, signal);
    const file = join(mkdtempSync(join(folder, 'dropped-')), 'file');
    const onOutput = (): void => controller.abort();
    const calls = [
      call(shell, 't_sleep', ['30'], { signal, onOutput }),
      ...Array.from({ length: 20 }, () => call(shell, 't_touch', [file], { signal, isBehind: true })),
    ];
    const ends = await Promise.allSettled(calls);
    for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'E_CANCELLED' } });
    expect(existsSync(file)).toBe(false);
    await call(shell, 't_touch', [file]);
    expect(existsSync(file)).toBe(true);
  });

  it('are dropped behind one that fails and is a condition, till a call that is not behind', async () => {
    const shell = await getShell();
    const one = (fn: string, args: string[], isBehind: boolean): Promise<CallResult> =>
      call(shell, fn, args, { isBehind, isCondition: true });
    const answers = await Promise.all([
      one('t_echo', ['a'], false),
      one('t_echo', ['b'], true),
      one('t_both', [], true),
      one('t_echo', ['c'], true),
      one('t_both', [], true),
    ]);
    expect(answers.map(({ stdout }) => stdout)).toEqual(['a', 'b', 'out', '', '']);
    expect(answers.map(({ isDropped }) => isDropped)).toEqual([false, false, false, true, true]);
    expect(answers[2].rc).toBe(7);
    expect(await one('t_echo', ['late'], true)).toMatchObject({ stdout: '', isDropped: true });
    expect(await one('t_echo', ['anew'], false)).toMatchObject({ stdout: 'anew', isDropped: false });
  });
});

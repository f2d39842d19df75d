import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Call, CallResult, Shell } from '../../src/host/contract.ts';
import {
  type DetachedJob,
  forgetDetached,
  lookForDetached,
  readDetached,
  startDetached,
} from '../../src/host/index.ts';
import { openSession } from '../../src/host/session/session.ts';
import { kill } from '../support/kill.ts';
import { forEachShell, localTarget } from '../support/shells.ts';
import { tree } from '../support/scratch.ts';

forEachShell('a call that goes on without its session', (getShell) => {
  let folder = '';
  let work: Call;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'toa-detached-'));
    const script = join(folder, 'work.sh');
    writeFileSync(script, 'work() { cat; printf "%s\\n" "$said"; echo "$@" >&2; sleep "$1"; echo end; return 3; }\n');
    work = { scripts: [script], fn: 'work', vars: { said: "it's $HOME" }, stdin: 'in\n' };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const environment = (): Record<string, string> => ({ ANSIBLE_ASYNC_DIR: join(folder, 'jobs') });
  const call = async (shell: Shell, given: Call): Promise<CallResult> =>
    shell.call({ ...given, environment: environment() });
  const start = async (shell: Shell, seconds: string, limit: number): Promise<CallResult> =>
    shell.call(startDetached({ ...work, args: [seconds, 'x'], environment: environment() }, 'j1', limit, 'about "it"'));
  const look = async (shell: Shell): Promise<DetachedJob> => readDetached(await call(shell, lookForDetached('j1')));
  const ended = async (shell: Shell): Promise<DetachedJob> => {
    for (let tries = 0; tries < 300; tries++) {
      const job = await look(shell);
      if (job.state !== 'running') return job;
      await delay(50);
    }
    throw new Error('the job does not end');
  };

  it('keeps status, outputs and times, and leaves nothing else', async () => {
    const shell = await getShell();
    expect((await start(shell, '0.5', 60)).stdout).toBe(`${folder}/jobs/j1\n`);
    expect(await look(shell)).toEqual({ state: 'running', file: join(folder, 'jobs/j1') });
    const job = await ended(shell);
    expect(job).toMatchObject({ state: 'ended', call: { about: 'about "it"' } });
    expect(job).toMatchObject({ call: { answer: { rc: 3, stdout: "in\nit's $HOME\nend\n", stderr: '0.5 x\n' } } });
    expect(Object.keys(tree(join(folder, 'jobs')))).toEqual(['j1']);
    expect(tree(folder)['jobs']).toBe('0700/');
    expect((await call(shell, forgetDetached('j1'))).stdout).toBe(`kept ${folder}/jobs/j1\n`);
    expect(await look(shell)).toEqual({ state: 'none' });
  });

  it('goes on when the session has ended', async () => {
    const shell = await getShell();
    const other = openSession(localTarget());
    await start(await other.shell(), '1', 60);
    await other.close();
    expect(await ended(shell)).toMatchObject({ state: 'ended', call: { answer: { rc: 3, timedOut: false } } });
  });

  it('is ended with all its children when its time is over', async () => {
    const shell = await getShell();
    const begun = Date.now();
    await start(shell, '4711', 1);
    const job = await ended(shell);
    expect(job).toMatchObject({ state: 'ended', call: { answer: { timedOut: true } } });
    expect(Date.now() - begun).toBeLessThan(15_000);
    expect((await shell.call({ scripts: work.scripts, fn: 'pgrep', args: ['-f', '^sleep 4711'] })).stdout).toBe('');
  });

  it('is lost when it was killed', async () => {
    const shell = await getShell();
    await start(shell, '4712', 60);
    const pid = async (): Promise<number> => {
      for (;;) {
        const found = /"pid": (\d+)/.exec(readFileSync(join(folder, 'jobs/j1'), 'utf8'));
        if (found) return Number(found[1]);
        await delay(20);
      }
    };
    const job = await pid();
    const children = (await shell.call({ scripts: work.scripts, fn: 'toa_descendants', args: [String(job)] })).stdout;
    for (const one of [job, ...[...children.matchAll(/\d+/g)].map(Number)]) kill(one, 'SIGKILL');
    expect(await ended(shell)).toEqual({ state: 'lost', file: join(folder, 'jobs/j1') });
  });
});

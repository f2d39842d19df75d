import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { shellNames, localTarget } from '../support/shells.ts';
import { acquireHostLock } from '../../src/host/session/lock.ts';
import { openSession } from '../../src/host/session/session.ts';
import type { Call, Shell } from '../../src/host/contract.ts';

const home = mkdtempSync(join(tmpdir(), 'toa-lock-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The lock under a folder of the test's own: an `id` that says "not root" puts it in HOME. */
function inHome(shell: Shell): Shell {
  const scripts = [resolve('test/host/lock-id.sh')];
  return Object.assign(Object.create(shell) as Shell, {
    call: (call: Call) =>
      shell.call({ ...call, scripts: [...scripts, ...call.scripts], environment: { ...call.environment, HOME: home } }),
  });
}

describe.each(shellNames())('the lock of a host [%s]', () => {
  it('is held by one, named to the other, and free after release or death', async () => {
    const first = openSession(localTarget());
    const second = openSession(localTarget());
    const one = inHome(await first.shell());
    const two = inHome(await second.shell());
    const lock = await acquireHostLock(one, { owner: 'alice run 1' });
    await acquireHostLock(one, { owner: 'alice run 1' });
    const refused = acquireHostLock(two, { owner: 'bob run 2', host: 'web1' });
    await expect(refused).rejects.toMatchObject({ code: 'E_HOST_LOCKED' });
    await expect(refused).rejects.toThrow(/web1: .*alice run 1 \(process \d+\)/);
    await lock.release();
    await acquireHostLock(two, { owner: 'bob run 2' });
    await second.close();
    // its shell is told to end, and ends a little later
    await vi.waitFor(() => acquireHostLock(one, { owner: 'alice run 1' }), { timeout: 10_000 });
    await first.close();
  });

  it('goes to one of many', async () => {
    const sessions = Array.from({ length: 6 }, () => openSession(localTarget()));
    const results = await Promise.allSettled(
      sessions.map(async (session, i) => acquireHostLock(inHome(await session.shell()), { owner: `run ${i}` })),
    );
    expect(results.filter((result) => result.status === 'fulfilled').length).toBe(1);
    await Promise.all(sessions.map((session) => session.close()));
  });
});

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSession } from '../../src/host/session/session.ts';
import { localTarget } from '../support/shells.ts';

// In the home folder, since /tmp and /var/tmp are mounted over.
const folder = mkdtempSync(join(tmpdir(), 'toa-scratch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The scratch folder of a session whose shell runs in a mount namespace that `mounts` made. */
async function scratchAfter(name: string, mounts: string): Promise<string> {
  const path = join(folder, name);
  const script = `${mounts}; HOME=/no/such TMPDIR= exec sh`;
  writeFileSync(path, `#!/bin/sh\nexec unshare -m --propagation private sh -c '${script}'\n`);
  chmodSync(path, 0o755);
  const session = openSession(localTarget(path));
  try {
    return await (await session.shell()).scratch();
  } finally {
    await session.close();
  }
}

describe('the scratch folder', () => {
  it('is in /var/tmp, else in /tmp where that is noexec', async () => {
    expect(await scratchAfter('plain', ':')).toMatch(/^\/var\/tmp\/\.toa-play\./);
    expect(await scratchAfter('noexec', 'mount -t tmpfs -o noexec tmpfs /var/tmp')).toMatch(/^\/tmp\/\.toa-play\./);
  });

  it('is elsewhere when both are read-only or full', async () => {
    const mounts = 'mount -t tmpfs -o ro tmpfs /var/tmp; mount -t tmpfs -o nr_inodes=1 tmpfs /tmp';
    expect(await scratchAfter('full', mounts)).toMatch(/^\/(dev\/shm|run)\/\.toa-play\./);
  });

  it('says so when there is no place at all', async () => {
    const mounts = 'for d in /var/tmp /tmp /dev/shm /run; do mount -t tmpfs -o noexec tmpfs $d; done';
    await expect(scratchAfter('none', mounts)).rejects.toMatchObject({ code: 'E_SCRATCH' });
  });
});

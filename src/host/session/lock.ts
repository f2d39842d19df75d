import { join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import type { Shell } from '../contract.ts';

const SCRIPT = join(packageRoot(), 'src/host/session/lock.sh');
const HELD = 3;

export interface HostLock {
  /** Gives the lock back. A lock whose session died needs none: it is seen to be stale. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** Who holds it, one line that is unique to the run, shown to the other: `alice@laptop, run 4711`. */
  readonly owner: string;
  /** The host's name, for messages. */
  readonly host?: string;
}

/**
 * Takes the host's lock, so that two controllers do not work on one host at once. For root it holds for the whole
 * host, for other users for their account. The same owner takes it again after a reconnect.
 * @throws ToaError E_HOST_LOCKED naming the holder; E_HOST_LOCK when no lock can be made
 */
export async function acquireHostLock(shell: Shell, options: LockOptions): Promise<HostLock> {
  const owner = options.owner.replace(/\s+/g, ' ').trim();
  const host = options.host ?? shell.user;
  const { rc, stdout, stderr } = await shell.call({ scripts: [SCRIPT], fn: 'toa_lock_take', args: [owner] });
  if (rc === 0) {
    const call = { scripts: [SCRIPT], fn: 'toa_lock_release', args: [owner] };
    return { release: async () => void (await shell.call(call)) };
  }
  const [path, text = ''] = stdout.trim().split('\n');
  if (rc !== HELD) {
    throw new ToaError('E_HOST_LOCK', `${host}: cannot take the host's lock: ${stderr.trim()}`, {
      remedy: 'check that /run (for other users than root: the home) is writable on the host',
    });
  }
  const [pid, , , ...holder] = text.split(' ');
  throw new ToaError(
    'E_HOST_LOCKED',
    `${host}: another controller works on this host: ${holder.join(' ')} (process ${pid})`,
    {
      remedy: `wait until it has finished, or end process ${pid} on the host; the lock is ${path}`,
    },
  );
}

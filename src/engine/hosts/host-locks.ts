import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Shell } from '../../host/contract.ts';
import { acquireHostLock, type HostLock } from '../../host/index.ts';

/**
 * Locks on hosts, so that two controllers do not change one host's receiver or kernel at once. Taken before the first
 * verb of a host that asks for it (`exclusive`), kept to the end of the run; other verbs cost nothing.
 */
export class HostLocks {
  private readonly held = new Map<string, Promise<HostLock>>();
  private readonly owner = `${userInfo().username}@${hostname()}, run ${process.pid}-${randomBytes(3).toString('hex')}`;

  /** @throws ToaError E_HOST_LOCKED naming who holds it */
  async hold(host: string, shell: Shell): Promise<void> {
    const key = `${host} ${shell.user}`;
    let lock = this.held.get(key);
    if (!lock) {
      lock = acquireHostLock(shell, { owner: this.owner, host });
      this.held.set(key, lock);
    }
    try {
      await lock;
    } catch (error) {
      this.held.delete(key);
      throw error;
    }
  }

  /** Gives all locks back; one whose connection is gone is seen to be stale by the next controller. */
  async releaseAll(): Promise<void> {
    const locks = [...this.held.values()];
    this.held.clear();
    await Promise.allSettled(locks.map(async (lock) => (await lock).release()));
  }
}

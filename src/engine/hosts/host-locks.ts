import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { within } from '../../base/aborting.ts';
import type { Shell } from '../../host/contract.ts';
import { acquireHostLock, type HostLock, type LockPolicy } from '../../host/index.ts';

/** How long a host may take to take its lock back. */
const RELEASE_MS = 10_000;

/**
 * Locks on hosts, so that two controllers do not change one host's receiver or kernel at once. Taken before the first
 * verb of a host that asks for it (`exclusive`), kept to the end of the run; other verbs cost nothing.
 */
export class HostLocks {
  private readonly held = new Map<string, Promise<HostLock>>();
  private readonly owner = `${userInfo().username}@${hostname()}, run ${process.pid}-${randomBytes(3).toString('hex')}`;
  private readonly policy: LockPolicy;
  private readonly warn: (message: string) => void;

  constructor(policy: LockPolicy, warn: (message: string) => void) {
    this.policy = policy;
    this.warn = warn;
  }

  /** @throws ToaError E_HOST_LOCKED naming who holds it */
  async hold(host: string, shell: Shell, signal?: AbortSignal): Promise<void> {
    const key = `${host} ${shell.user}`;
    let lock = this.held.get(key);
    if (!lock) this.held.set(key, (lock = this.acquire(host, shell, signal)));
    try {
      await lock;
    } catch (error) {
      this.held.delete(key);
      throw error;
    }
  }

  private async acquire(host: string, shell: Shell, signal?: AbortSignal): Promise<HostLock> {
    const onWait = (holder: string): void => this.warn(`${host}: waiting for the lock of ${holder}`);
    const lock = await acquireHostLock(shell, { ...this.policy, owner: this.owner, host, signal, onWait });
    if (lock.takenFrom !== undefined) this.warn(`${host}: the lock was taken from ${lock.takenFrom}`);
    return lock;
  }

  /**
   * Gives all locks back. A host that says nothing any more is not waited for: its lease ends by itself, and a lock whose
   * connection is gone is seen to be stale by the next controller.
   */
  async releaseAll(): Promise<void> {
    const locks = [...this.held.values()];
    this.held.clear();
    const released = locks.map(async (lock) => (await lock).release());
    await Promise.allSettled(released.map((one) => within(RELEASE_MS, one)));
  }
}

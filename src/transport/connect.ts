import { nextTurn } from '../base/turns.ts';
import type { Target } from '../host/contract.ts';
import type { Connection } from './contract.ts';
import { LocalConnection } from './local.ts';

/**
 * Opens a connection to a target. ssh2 is imported when first needed, it costs 60 ms.
 * @throws ToaError E_UNREACHABLE, E_HOST_KEY_UNKNOWN, E_HOST_KEY_CHANGED, E_HOST_KEY_REVOKED, E_AUTH, E_SSH_CONFIG
 */
export async function connect(target: Target): Promise<Connection> {
  if (target.transport === 'local') return new LocalConnection();
  ssh ??= loadSsh();
  const { connectSsh } = await ssh;
  return connectSsh(target);
}

let ssh: Promise<typeof import('./ssh.ts')> | undefined;

/** A turn of the event loop by itself: what hosts are asked first is 20 ms more. */
async function loadSsh(): Promise<typeof import('./ssh.ts')> {
  await nextTurn();
  const module = await import('./ssh.ts');
  await nextTurn();
  return module;
}

import type { Target } from './target.ts';
import type { Connection } from './contract.ts';
import { LocalConnection } from './local.ts';

/**
 * Opens a connection to a target. What knows SSH is imported when first needed.
 * @throws ToaError E_UNREACHABLE, E_HOST_KEY_UNKNOWN, E_HOST_KEY_CHANGED, E_HOST_KEY_REVOKED, E_AUTH, E_SSH_CONFIG
 */
export async function connect(target: Target): Promise<Connection> {
  if (target.transport === 'local') return new LocalConnection();
  const { connectSsh } = await import('./ssh.ts');
  return connectSsh(target);
}

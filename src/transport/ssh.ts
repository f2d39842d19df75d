import type { Target } from '../host/contract.ts';
import type { Connection } from './contract.ts';

export async function connectSsh(target: Target): Promise<Connection> {
  throw new Error(`not yet ${target.name}`);
}

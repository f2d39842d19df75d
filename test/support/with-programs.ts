import type { Shell } from '../../src/host/contract.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { verbContext } from './verb-context.ts';

/** A context whose installation has our programs for every architecture, whether kmod/ was built here or not. */
export function withPrograms(shell: Shell): TaskContext {
  const context = verbContext(shell);
  const file = { type: 'file' as const, size: 7, mode: 0o755, mtimeMs: 0 };
  const controller = { ...context.controller, stat: async () => file, read: async () => Buffer.from('program') };
  return { ...context, controller };
}

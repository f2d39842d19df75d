import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { runProgram } from '../../scripts/lib/programs.mjs';

/** The raised fleet that all end-to-end tests share. */
export interface FleetHandle {
  readonly name: string;
  /** Its folder: inventory.ini, ssh/, hosts/NAME/. */
  readonly dir: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    fleet: FleetHandle;
  }
}

const FLEET = fileURLToPath(new URL('../hosts/fleet', import.meta.url));

/**
 * Raises one fleet for the whole run. It belongs to this process: when that is killed, the next start removes it.
 * TOA_FLEET=NAME uses one that is up already, which saves time while writing tests.
 */
export default function setup(project: TestProject): () => void {
  const given = process.env['TOA_FLEET'];
  if (given !== undefined) {
    const inventory = runProgram(FLEET, ['inventory', '--name', given]).trim();
    project.provide('fleet', { name: given, dir: inventory.replace(/\/inventory\.ini$/, '') });
    return () => undefined;
  }
  const name = `e2e-${process.pid}-${Date.now() % 10_000}`;
  const dir = `/tmp/toa-play-${name}`;
  runProgram(FLEET, ['up', '--name', name, '--dir', dir, '--owner', String(process.pid)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  project.provide('fleet', { name, dir });
  return () => {
    runProgram(FLEET, ['down', '--name', name], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
}

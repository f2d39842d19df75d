import { mkdtemp, rm } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { awaitProgram } from '../../scripts/lib/programs.mjs';

const root = resolve(import.meta.dirname, '../..');
const BUILD = join(root, 'kmod/build', arch() === 'arm64' ? 'aarch64' : 'x86_64');

/** What a line of kmod/test's scripts says: numbers, texts, counters. */
export type Said = Record<string, any>;

/** Builds the receiver and the test programs into a folder of their own; `remove` takes it away. */
export async function testTools(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'toa-tools-'));
  await awaitProgram(join(root, 'scripts/test-receiver'), ['tools', folder], { timeout: 120_000 });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/**
 * Runs a script of kmod/test as a host of its own (cgroup, mount and network namespace) with BUILD and the given
 * arguments; returns its standard output, whatever its exit status.
 */
export async function onHost(script: string, args: string[], timeout: number): Promise<string> {
  const name = `toa-${script.replace('.sh', '')}-${process.pid}`;
  const command = [name, join(root, 'kmod/test', script), BUILD, ...args];
  try {
    const { stdout } = await awaitProgram(join(root, 'kmod/test/namespace.sh'), command, { timeout });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    if (stdout === '') throw new Error(`${script}: ${String(error)}\n${stderr}`, { cause: error });
    return stdout;
  }
}

/** Lines `NAME {JSON}` by name. */
export function named(stdout: string): Map<string, Said> {
  const steps = new Map<string, Said>();
  for (const line of stdout.split('\n')) {
    const at = line.indexOf(' {');
    if (at > 0) steps.set(line.slice(0, at), JSON.parse(line.slice(at + 1)));
  }
  return steps;
}

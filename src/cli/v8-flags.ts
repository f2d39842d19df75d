import { setFlagsFromString } from 'node:v8';

/** From so many hosts on the heap is worth watching; below, collecting it more often would only cost time. */
const MANY_HOSTS = 200;
/** The run that makes the bundle's compiled code has fewer: what it leaves is good for Node's own flags alone. */
const SEVERAL_HOSTS = 5;
/** Bytes of bytecode that a function runs through before V8 thinks of optimizing it; its own number is 67,584. */
const BYTES_BEFORE_OPTIMIZING = 500_000;

/**
 * Fits V8 to a run of so many hosts (docs/performance.md).
 *
 * - It optimizes what is called very often only. A host's tasks call hundreds of functions a few times: with several
 *   hosts they all become just warm enough to be compiled, in threads beside ours, and few are worth it. A fifth of the
 *   CPU at 50 hosts, a tenth at 200.
 * - It collects young objects in one thread: others would be waited for, since the cores are busy with the hosts' answers
 *   (a twentieth of the CPU at 200 hosts).
 * - With many hosts the heap grows less between collections: by 80 % instead of up to 300. At 1,000 hosts 290 MB
 *   instead of 420, for a twentieth more CPU.
 */
export function fitToHosts(hosts: number): void {
  if (hosts >= SEVERAL_HOSTS) {
    setFlagsFromString(`--interrupt-budget=${BYTES_BEFORE_OPTIMIZING}`);
    setFlagsFromString('--no-parallel-scavenge');
  }
  if (hosts >= MANY_HOSTS) setFlagsFromString('--heap-growing-percent=80');
}

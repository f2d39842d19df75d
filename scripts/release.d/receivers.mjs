import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../lib/programs.mjs';

const ARCHES = ['x86_64', 'aarch64'];

/** What runs on servers. */
export const RECEIVERS = ARCHES.flatMap((arch) => ['toa-bpf', 'toa-probe'].map((name) => `kmod/build/${arch}/${name}`));

/**
 * Builds the programs once more, in another folder, and compares.
 * @returns {number} how many are the same
 * @throws {Error} naming the first that is not
 */
export function checkReceivers(root) {
  const copy = mkdtempSync(join(tmpdir(), 'toa-play-again-'));
  try {
    for (const path of ['kmod', 'scripts/build-kmod']) {
      cpSync(join(root, path), join(copy, path), { recursive: true, filter: (from) => !from.endsWith('kmod/build') });
    }
    for (const arch of ARCHES) runProgram(join(copy, 'scripts/build-kmod'), ['--force', '--arch', arch]);
    for (const name of RECEIVERS) {
      if (!readFileSync(join(root, name)).equals(readFileSync(join(copy, name)))) {
        throw new Error(`${name} is another when it is built in another folder`);
      }
    }
    return RECEIVERS.length;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Session, Shell } from '../../src/host/contract.ts';
import type { Target } from '../../src/transport/target.ts';
import { openSession } from '../../src/host/session/session.ts';

/** A target on this machine. */
export function localTarget(shellExecutable?: string): Target {
  return {
    name: 'localhost',
    transport: 'local',
    host: 'localhost',
    sshArgs: [],
    hostKeyChecking: true,
    connectTimeoutSeconds: 10,
    shellExecutable,
  };
}

function find(program: string): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  throw new Error(`TOA_TEST_SHELLS names ${program}, which is not installed`);
}

/** A program to start for a shell named by words, e.g. `busybox sh` (as `sh` links to it on such systems). */
function executable(words: readonly string[], folder: string): string {
  const [program, ...args] = [find(words[0]), ...words.slice(1)];
  if (args.length === 0) return program;
  const path = join(folder, words.join('-'));
  writeFileSync(path, `#!/bin/sh\nexec ${program} ${args.join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The shells to test with: env TOA_TEST_SHELLS, default `sh`; e.g. `dash bash busybox`. `busybox` means `busybox sh`. */
export function shellNames(): string[] {
  const words = (process.env.TOA_TEST_SHELLS ?? 'sh').replace(/busybox\s+sh\b/g, 'busybox').split(/\s+/);
  return words.filter((word) => word !== '');
}

/** Opens a session for each shell to test with. A named shell that is missing is an error. Close the sessions and remove `folder`. */
export function localShells(): { folder: string; sessions: { name: string; session: Session }[] } {
  const folder = mkdtempSync(join(tmpdir(), 'toa-shells-'));
  const sessions = shellNames().map((name) => {
    const path = executable(name === 'busybox' ? ['busybox', 'sh'] : [name], folder);
    return { name, session: openSession(localTarget(path)) };
  });
  return { folder, sessions };
}

/** Declares the same tests once for each shell. `getShell` gives the open shell, the same one for all tests of the group. */
export function forEachShell(name: string, tests: (getShell: () => Promise<Shell>) => void): void {
  describe.each(shellNames())(`${name} [%s]`, (shellName) => {
    let session: Session;
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'toa-shell-'));
      session = openSession(localTarget(executable(shellName === 'busybox' ? ['busybox', 'sh'] : [shellName], folder)));
    });
    afterAll(async () => {
      await session.close();
      rmSync(folder, { recursive: true, force: true });
    });
    tests(() => session.shell());
  });
}

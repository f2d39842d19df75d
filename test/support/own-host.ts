import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Session, Shell } from '../../src/host/contract.ts';
import { openSession } from '../../src/host/session/session.ts';
import { localTarget } from './shells.ts';

const tests = resolve(import.meta.dirname, '../../kmod/test');

/** A host that a group of tests has to itself. */
export interface OwnHost {
  /** Its open shell, as root. */
  shell(): Promise<Shell>;
  /**
   * A shell that comes to this host from outside, for `ansible_shell_executable`.
   * @param environment what it has there beside its own
   */
  entrance(environment?: Readonly<Record<string, string>>): Promise<string>;
  /** Writes a script of the test's for `Call.scripts`, and gives its path. */
  script(name: string, text: string): string;
}

/**
 * A host of its own on this kernel for all tests of a group: cgroup, mount and network namespace, own /etc and /var/lib,
 * rc.local as init. Needs root.
 * @param name part of the cgroup's name
 * @param words its shell, as `shellNames` has it
 */
export function useOwnHost(name: string, words = 'sh'): OwnHost {
  let folder = '';
  let session: Session;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), `toa-${name}-`));
    const shell = join(folder, 'sh');
    const host = `${tests}/namespace.sh toa-${name}-${process.pid} ${tests}/refused-host.sh`;
    writeFileSync(shell, `#!/bin/sh\nexec ${host} ${words === 'busybox' ? 'busybox sh' : words} "$@"\n`);
    chmodSync(shell, 0o755);
    session = openSession(localTarget(shell));
  });
  afterAll(async () => {
    await session.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    shell: () => session.shell(),
    async entrance(environment = {}) {
      const answer = await (await session.shell()).call({ scripts: [], fn: 'eval', args: ['echo $$'] });
      const pid = answer.stdout.trim();
      const settings = Object.entries(environment).map(([key, value]) => `${key}='${value}'`);
      const path = join(folder, 'enter');
      const cgroup = `$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/toa-${name}-${process.pid}`;
      const enter = `nsenter -t ${pid} -C -m -n env ${settings.join(' ')} sh "$@"`;
      writeFileSync(path, `#!/bin/sh\necho $$ >"${cgroup}/cgroup.procs"\nexec ${enter}\n`);
      chmodSync(path, 0o755);
      return path;
    },
    script(file, text) {
      const path = join(folder, file);
      writeFileSync(path, text);
      return path;
    },
  };
}

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../../src/host/contract.ts';
import { openSession } from '../../src/host/session/session.ts';
import { localTarget } from './shells.ts';

/** A root shell whose changes stay its own. */
export interface Isolated {
  readonly session: Session;
  /** A scratch folder that the inside sees too. */
  readonly folder: string;
  close(): Promise<void>;
}

/**
 * Opens a shell as root in mount, network and UTS namespaces of its own: the folders named are copies there, /home is
 * empty, the network is a loopback that is down. Nothing reaches the machine. Needs root.
 * @param copies folders that may be written, e.g. /etc and /var/lib/dpkg
 * @param more commands run inside before the shell, joined by &&
 */
export function openIsolated(copies: readonly string[], more: readonly string[] = []): Isolated {
  const folder = mkdtempSync(join(tmpdir(), 'toa-live-'));
  const shell = join(folder, 'shell');
  const commands = [
    'mount --make-rprivate /',
    ...copies.map(
      (path, at) => `mkdir -p "$0/c${at}" && cp -a ${path}/. "$0/c${at}/" && mount --bind "$0/c${at}" ${path}`,
    ),
    'mount -t tmpfs tmpfs /home',
    ...more,
    'shift && exec sh "$@"',
  ];
  writeFileSync(shell, `#!/bin/sh\nexec unshare -m -n -u sh -c '${commands.join(' && ')}' '${folder}' x "$@"\n`);
  chmodSync(shell, 0o755);
  const session = openSession(localTarget(shell));
  const close = async (): Promise<void> => {
    await session.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { session, folder, close };
}

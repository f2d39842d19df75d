import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Bed, CrashHost } from './host.ts';

/** Path on the host -> what it is, with attributes and the hash of its content; times are left out. */
export type State = ReadonlyMap<string, string>;

/** What differs between two undisturbed runs: logs and what services keep. */
const VOLATILE = [/^\/var\/log\//, /^\/var\/lib\/nginx\//, /^\/run\/sshd/];
/** Files that hold a time or the number of a process: that they are there counts, not what they say. */
const TIMES = new Set(['/run/nginx.pid', '/var/lib/toa/proof']);

/**
 * All that distinguishes the host from a fresh one: files of the upper layer that are not as below, files in memory, and
 * the receiver with its settings.
 */
export function stateOf(bed: Bed, host: CrashHost): State {
  const state = new Map<string, string>();
  walk(host.upper, '', (path, is) => {
    if (is !== below(bed, path)) state.set(path, is);
  });
  for (const folder of ['/run', '/dev/shm']) walk(host.root, folder, (path, is) => state.set(path, is));
  for (const path of state.keys()) if (VOLATILE.some((one) => one.test(path))) state.delete(path);
  for (const path of TIMES) if (state.has(path)) state.set(path, 'there');
  const receiver = receiverOf(host);
  if (receiver !== undefined) state.set('the receiver', receiver);
  return state;
}

function walk(root: string, folder: string, found: (path: string, is: string) => void): void {
  for (const name of readdirSync(join(root, folder)).sort()) {
    const path = `${folder}/${name}`;
    const stat = lstatSync(join(root, path));
    found(path, described(join(root, path), stat));
    if (stat.isDirectory()) walk(root, path, found);
  }
}

function described(path: string, stat: Stats): string {
  const is = `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid}`;
  if (stat.isDirectory()) return `folder ${is}`;
  if (stat.isSymbolicLink()) return `link ${stat.uid}:${stat.gid} ${readlinkSync(path)}`;
  if (stat.isFile()) return `file ${is} ${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)}`;
  // in the upper layer: something that was removed
  if (stat.isCharacterDevice() && stat.rdev === 0) return 'removed';
  return `special ${is}`;
}

/** What the layers below have at a path. */
function below(bed: Bed, path: string): string | undefined {
  for (const layer of bed.lower) {
    const at = join(layer, path);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat) return described(at, stat);
  }
  return undefined;
}

/** What the receiver's own program says of it. */
function receiverOf(host: CrashHost): string | undefined {
  const said = host.says(
    '/bin/sh',
    '-c',
    'for bin in /var/lib/toa/bin /opt/toa/bin; do [ ! -x $bin/toa-bpf ] || exec $bin/toa-bpf status --json; done',
  );
  if (said.trim() === '') return undefined;
  // all but the numbers that the kernel gives anew
  const status = JSON.parse(said, (key, value: unknown) => (key.endsWith('_id') ? undefined : value)) as unknown;
  return JSON.stringify(status);
}

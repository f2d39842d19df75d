// A kernel that somebody built by hand: what --tree names.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { oldBusybox } from './busybox.mjs';
import { which } from './run.mjs';

/** Is a release older than MAJOR.MINOR? */
function isBefore(release, major, minor) {
  const [, ownMajor, ownMinor] = /^(\d+)\.(\d+)/.exec(release).map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

/**
 * A built x86-64 kernel tree as a kernel to try. Kernels before 3.16 get a processor without SMAP unless `cpu` names
 * another: as emulated, 3.10 could not start its init with it.
 */
export async function treeKernel(folder, cc, cpu) {
  const tree = resolve(folder);
  const read = (path) => (existsSync(join(tree, path)) ? readFileSync(join(tree, path), 'utf8') : '');
  const release =
    read('include/config/kernel.release').trim() ||
    /UTS_RELEASE "([^"]+)"/.exec(read('include/generated/utsrelease.h') || read('include/linux/utsrelease.h'))?.[1];
  const image = join(tree, 'arch/x86/boot/bzImage');
  if (!release || !existsSync(image))
    throw new Error(`${tree} is no built kernel tree: bzImage and include/config/kernel.release are wanted`);
  const busybox = isBefore(release, 3, 2) ? await oldBusybox() : which('busybox');
  const model = cpu ?? (isBefore(release, 3, 16) ? 'Nehalem' : undefined);
  // two configurations of one release must not share objects and logs
  const key = `${release}-${createHash('sha256').update(read('.config')).digest('hex').slice(0, 8)}`;
  return { id: release, release, key, arch: 'x86_64', image, modules: tree, busybox, tree, cc, cpu: model };
}

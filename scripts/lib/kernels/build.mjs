// Compiles what goes into the guest: the module for one kernel, and the static test helper.
import { existsSync, readFileSync, rmSync, symlinkSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt, run, which } from './run.mjs';

const NATIVE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const KMOD = new URL('../../../kmod/', import.meta.url).pathname;

async function shipSource(folder) {
  rmSync(folder, { recursive: true, force: true });
  await run('make', ['-s', '-C', join(KMOD, 'toa'), 'install-source', `DEST=${folder}`]);
}

/** In the suite's root, as a user of that distribution would. @returns {Promise<{ko?: string, log: string}>} */
async function buildInRoot(kernel) {
  const folder = join(kernel.root, 'build', kernel.release);
  await shipSource(folder);
  const proc = join(kernel.root, 'proc');
  // objtool of newer kernels reads /proc
  await run('mount', ['-t', 'proc', 'proc', proc]);
  try {
    // the build folder of another architecture is no package here, so that /lib/modules has no link to it
    const headers = `KDIR=/usr/src/linux-headers-${kernel.release}`;
    const args = [
      kernel.root,
      'make',
      '-C',
      `/build/${kernel.release}`,
      `KERNEL=${kernel.release}`,
      headers,
      'TOA_CHECK=1',
    ];
    const { rc, out } = await attempt('chroot', args, { seconds: 600 });
    const ko = join(folder, 'toa.ko');
    return { ko: rc === 0 && existsSync(ko) ? ko : undefined, log: out };
  } finally {
    await run('umount', [proc]);
  }
}

/** With this machine's compiler, against a tree that somebody built by hand. */
async function buildWithTree(kernel) {
  const folder = mkdtempSync(join(tmpdir(), 'toa-tree-'));
  await shipSource(folder);
  const compiler = kernel.cc ? [`CC=${kernel.cc}`] : [];
  const { rc, out } = await attempt(
    'make',
    ['-C', folder, `KDIR=${kernel.tree}`, `KERNEL=${kernel.release}`, ...compiler],
    { seconds: 900 },
  );
  const ko = join(folder, 'toa.ko');
  return { ko: rc === 0 && existsSync(ko) ? ko : undefined, log: out };
}

export const buildModule = (kernel) => (kernel.tree ? buildWithTree(kernel) : buildInRoot(kernel));

/** kmod/build/<arch>/{toa-bpf,toa-probe,toa-guest}, static. */
export async function buildPrograms(arch) {
  await run(join(KMOD, '../scripts/build-kmod'), ['--arch', arch]);
  const uapi = mkdtempSync(join(tmpdir(), 'toa-uapi-'));
  const multi = `/usr/include/${NATIVE}-linux-gnu`;
  for (const part of ['linux', 'asm-generic', 'asm', 'mtd']) {
    const from = [join(multi, part), join('/usr/include', part)].find(existsSync);
    if (from) symlinkSync(from, join(uapi, part));
  }
  const out = join(KMOD, 'build', arch, 'toa-guest');
  const parts = [
    'test/guest.c',
    'probe/tun.c',
    'probe/packet.c',
    'probe/handshake.c',
    'probe/socket.c',
    'lib/json.c',
    'lib/sysbpf.c',
  ];
  const flags = ['-static', '-Os', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', '-idirafter', uapi];
  try {
    await run(arch === NATIVE ? 'musl-gcc' : `${arch}-linux-gnu-gcc`, [...flags, ...parts, '-o', out], { cwd: KMOD });
  } finally {
    rmSync(uapi, { recursive: true });
  }
}

/** A tree with bzImage and headers: what --tree names. */
export function treeKernel(tree, cc, cpu) {
  const read = (path) => (existsSync(join(tree, path)) ? readFileSync(join(tree, path), 'utf8') : '');
  const release =
    read('include/config/kernel.release').trim() ||
    /UTS_RELEASE "([^"]+)"/.exec(read('include/linux/utsrelease.h'))?.[1];
  const image = join(tree, 'arch/x86/boot/bzImage');
  if (!release || !existsSync(image))
    throw new Error(`${tree} is no built kernel tree: bzImage and include/config/kernel.release are wanted`);
  return { id: release, release, arch: 'x86_64', image, modules: tree, busybox: which('busybox'), tree, cc, cpu };
}

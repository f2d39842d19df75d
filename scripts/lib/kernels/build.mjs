// Compiles what goes into the guest: the module for one kernel, and the static test helper.
import { existsSync, rmSync, symlinkSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE } from './packages.mjs';
import { attempt, run } from './run.mjs';

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
    // as kmod_build does: what debuggers read is nine tenths of the file, which an emulated machine would read too
    if (rc === 0)
      await run('chroot', [kernel.root, `${kernel.arch}-linux-gnu-strip`, '-g', `/build/${kernel.release}/toa.ko`]);
    return { ko: rc === 0 && existsSync(ko) ? ko : undefined, log: out };
  } finally {
    await run('umount', [proc]);
  }
}

/** With this machine's compiler, against a tree that somebody built by hand. */
async function buildWithTree(kernel) {
  const folder = join(CACHE, 'build', kernel.release);
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

/** Runs `use` with a folder that has links to the kernel's headers for programs: musl comes without. */
export async function withKernelHeaders(use) {
  const uapi = mkdtempSync(join(tmpdir(), 'toa-uapi-'));
  const multi = `/usr/include/${NATIVE}-linux-gnu`;
  for (const part of ['linux', 'asm-generic', 'asm', 'mtd']) {
    const from = [join(multi, part), join('/usr/include', part)].find(existsSync);
    if (from) symlinkSync(from, join(uapi, part));
  }
  try {
    await use(uapi);
  } finally {
    rmSync(uapi, { recursive: true });
  }
}

/** kmod/build/<arch>/{toa-bpf,toa-probe,toa-guest}, static. */
export async function buildPrograms(arch) {
  await run(join(KMOD, '../scripts/build-kmod'), ['--arch', arch]);
  const out = join(KMOD, 'build', arch, 'toa-guest');
  const parts = [
    ...['main', 'connect', 'many', 'sockets', 'noise'].map((name) => `test/guest/${name}.c`),
    'probe/tun.c',
    'probe/packet.c',
    'probe/handshake.c',
    'probe/socket.c',
    'lib/json.c',
    'lib/sysbpf.c',
  ];
  const flags = ['-static', '-Os', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE'];
  const compiler = arch === NATIVE ? 'musl-gcc' : `${arch}-linux-gnu-gcc`;
  await withKernelHeaders((headers) =>
    run(compiler, [...flags, '-idirafter', headers, ...parts, '-o', out], { cwd: KMOD }),
  );
}

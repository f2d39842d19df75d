// Compiles what goes into the guest: the module for one kernel, and the static test helper.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** Runs make in the suite's root, as a user of that distribution would. @returns {Promise<{rc: number, out: string}>} */
async function makeInRoot(root, args, env) {
  const proc = join(root, 'proc');
  // objtool of newer kernels reads /proc
  await run('mount', ['-t', 'proc', 'proc', proc]);
  try {
    return await attempt('chroot', [root, 'make', ...args], { seconds: 600, env });
  } finally {
    await run('umount', [proc]);
  }
}

/** As kmod_build does: what debuggers read is nine tenths of the file, which an emulated machine would read too. */
const stripInRoot = (kernel, path) => run('chroot', [kernel.root, `${kernel.arch}-linux-gnu-strip`, '-g', path]);

/** @returns {Promise<{ko?: string, log: string}>} */
async function buildInRoot(kernel) {
  const place = `/build/${kernel.release}`;
  await shipSource(join(kernel.root, place));
  // the build folder of another architecture is no package here, so that /lib/modules has no link to it
  const headers = `KDIR=/usr/src/linux-headers-${kernel.release}`;
  // Debian 12's headers leave the cross compiler to the caller
  const cross = kernel.arch === NATIVE ? [] : [`CROSS_COMPILE=${kernel.arch}-linux-gnu-`];
  const args = ['-C', place, `KERNEL=${kernel.release}`, headers, ...cross, 'TOA_CHECK=1'];
  const { rc, out } = await makeInRoot(kernel.root, args);
  const ko = join(place, 'toa.ko');
  if (rc !== 0 || !existsSync(join(kernel.root, ko))) return { log: out };
  await stripInRoot(kernel, ko);
  return { ko: join(kernel.root, ko), log: out };
}

/**
 * Somebody else's module by its own Makefile, which asks `uname -r` for the kernel.
 * @param {string} source its folder: the Makefile is there or in src/
 * @returns {Promise<{ko?: string, log: string}>}
 */
export async function buildForeign(kernel, source) {
  const sub = ['.', 'src'].find((name) => existsSync(join(source, name, 'Makefile')));
  if (!sub) throw new Error(`${source} has no Makefile, nor has its src/`);
  const place = `/build/against-${kernel.release}`;
  const folder = join(kernel.root, place);
  rmSync(folder, { recursive: true, force: true });
  cpSync(source, folder, { recursive: true });
  mkdirSync(join(folder, '.uname'));
  const uname = `#!/bin/sh\n[ "$1" = -r ] && { echo ${kernel.release}; exit; }\nexec /bin/uname "$@"\n`;
  writeFileSync(join(folder, '.uname/uname'), uname, { mode: 0o755 });
  const PATH = `${place}/.uname:/usr/sbin:/usr/bin:/sbin:/bin`;
  const { rc, out } = await makeInRoot(kernel.root, ['-C', join(place, sub)], { PATH });
  const name = readdirSync(join(folder, sub)).find((file) => file.endsWith('.ko'));
  if (rc !== 0 || !name) return { log: out };
  await stripInRoot(kernel, join(place, sub, name));
  return { ko: join(folder, sub, name), log: out };
}

/** With this machine's compiler, against a tree that somebody built by hand. */
async function buildWithTree(kernel) {
  const folder = join(CACHE, 'build', kernel.key);
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

/** What the programs below share: packets through a TUN device. */
const CLIENT = [
  ...['tun', 'packet', 'handshake', 'socket'].map((name) => `probe/${name}.c`),
  ...['json', 'sysbpf'].map((name) => `lib/${name}.c`),
];

/** Links sources of kmod/ into a static program, kmod/build/<arch>/<name>. */
async function compileStatic(arch, name, parts) {
  const out = join(KMOD, 'build', arch, name);
  const flags = ['-static', '-Os', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE'];
  const compiler = arch === NATIVE ? 'musl-gcc' : `${arch}-linux-gnu-gcc`;
  await withKernelHeaders((headers) =>
    run(compiler, [...flags, '-idirafter', headers, ...parts, ...CLIENT, '-o', out], { cwd: KMOD }),
  );
  return out;
}

/** kmod/build/<arch>/{toa-bpf,toa-probe,toa-guest}, static. */
export async function buildPrograms(arch) {
  await run(join(KMOD, '../scripts/build-kmod'), ['--arch', arch]);
  const parts = ['main', 'connect', 'many', 'sockets', 'sockopt', 'noise'].map((name) => `test/guest/${name}.c`);
  await compileStatic(arch, 'toa-guest', parts);
}

/** The load of scripts/bench-receiver, for a guest. @returns {Promise<string>} its path */
export const buildConnections = (arch) => compileStatic(arch, 'connections', ['test/connections.c']);

// Kernels from Debian's packages, and for each suite a root with its compiler and the headers. All cached.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ARCHITECTURES, SUITES, pickRelease } from './catalog.mjs';
import { attempt, run, which } from './run.mjs';

export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'toa-play', 'kernels');
const APT = ['-o', 'Acquire::Check-Valid-Until=false', '-o', 'APT::Sandbox::User=root'];

const inRoot = (root, ...command) =>
  run('chroot', [root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', ...command]);
const install = (root, ...packages) =>
  inRoot(root, 'apt-get', ...APT, 'install', '-y', '--no-install-recommends', ...packages);

/** The root of a suite; made when it is not there, whole or not at all. */
async function suiteRoot(suite) {
  const root = join(CACHE, 'roots', suite);
  if (existsSync(join(root, 'usr/bin/gcc'))) return root;
  const half = `${root}.part`;
  rmSync(half, { recursive: true, force: true });
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(CACHE, 'roots'), { recursive: true });
  const valid = '--aptopt=Acquire::Check-Valid-Until "false"';
  await run('mmdebstrap', ['--variant=apt', '--include=gcc,make,kmod,libelf1', valid, suite, half, ...SUITES[suite]]);
  await rename(half, root);
  return root;
}

async function refresh(root, foreign) {
  if (foreign) await inRoot(root, 'dpkg', '--add-architecture', foreign);
  const { rc, out } = await attempt('chroot', [root, 'apt-get', ...APT, 'update']);
  if (rc !== 0 && !existsSync(join(root, 'var/lib/apt/lists/partial'))) throw new Error(`apt-get update: ${out}`);
}

/** Downloads packages into a folder of the root; `use` gets their paths in the root. */
async function withPackages(root, packages, use) {
  const folder = mkdtempSync(join(root, 'tmp/debs-'));
  const inside = folder.slice(root.length);
  try {
    await inRoot(root, 'sh', '-c', `cd ${inside} && apt-get ${APT.join(' ')} download ${packages.join(' ')}`);
    return await use(readdirSync(folder).map((name) => join(inside, name)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An image may be several packages: forky's linux-image only depends on -base, -binary and -modules. */
async function unpackImage(root, release, folder, names, debian) {
  const parts = ['image', 'base', 'binary', 'modules'].map((part) => `linux-${part}-${release}`);
  const packages = parts.filter((name) => names.has(name)).map((name) => `${name}:${debian}`);
  const half = `${folder}.part`;
  rmSync(half, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  await withPackages(root, packages, async (debs) => {
    for (const deb of debs) await run('dpkg', ['-x', join(root, deb), half]);
  });
  if (!existsSync(join(half, 'lib')) && existsSync(join(half, 'usr/lib'))) symlinkSync('usr/lib', join(half, 'lib'));
  await run('depmod', ['-b', half, release]);
  await rename(half, folder);
}

/**
 * Headers of another architecture want its compiler: only their folder is taken, and what they depend on (the common
 * headers, and kbuild with this machine's programs) is installed, with a cross compiler.
 */
async function unpackHeaders(root, release, arch) {
  const headers = `linux-headers-${release}:${ARCHITECTURES[arch].debian}`;
  await withPackages(root, [headers], async ([deb]) => {
    const depends = await inRoot(root, 'dpkg-deb', '-f', deb, 'Depends');
    const needed = depends.match(/linux-(headers-\S+-common|kbuild-\S+?)(?=[ ,\n]|$)/g) ?? [];
    await install(root, ...needed, `gcc-${arch}-linux-gnu`);
    await inRoot(root, 'sh', '-c', `dpkg --fsys-tarfile ${deb} | tar -x -C / ./usr/src`);
  });
}

/** A static busybox for the guest. */
async function foreignBusybox(root, arch) {
  const folder = join(CACHE, `busybox-${arch}`);
  const program = () => ['bin/busybox', 'usr/bin/busybox'].map((path) => join(folder, path)).find(existsSync);
  const name = `busybox-static:${ARCHITECTURES[arch].debian}`;
  if (!program()) await withPackages(root, [name], ([deb]) => run('dpkg', ['-x', join(root, deb), folder]));
  return program();
}

/**
 * One kernel of the catalog, ready: its files, and the root in which its headers and compiler are.
 * @returns {Promise<{id: string, release: string, arch: string, image: string, modules: string, busybox: string, root: string}>}
 */
export async function fetchKernel(kernel) {
  const { arch = 'x86_64' } = kernel;
  const { debian } = ARCHITECTURES[arch];
  const root = await suiteRoot(kernel.suite);
  const foreign = debian !== (await inRoot(root, 'dpkg', '--print-architecture')).trim();
  await refresh(root, foreign && debian);
  const names = new Set((await inRoot(root, 'apt-cache', 'pkgnames', 'linux-')).split('\n'));
  const both = [...names].filter((name) => names.has(name.replace('-image-', '-headers-')));
  const release = pickRelease(both, kernel, debian);
  if (!release) throw new Error(`${kernel.suite} serves no kernel with headers`);
  if (!existsSync(join(root, 'usr/src', `linux-headers-${release}`, 'Makefile')))
    await (foreign ? unpackHeaders(root, release, arch) : install(root, `linux-headers-${release}`));
  const folder = join(CACHE, release);
  if (!existsSync(join(folder, 'lib/modules', release, 'modules.dep')))
    await unpackImage(root, release, folder, names, debian);
  const places = [join(folder, 'boot', `vmlinuz-${release}`), join(folder, 'lib/modules', release, 'vmlinuz')];
  const image = places.find(existsSync);
  if (!image) throw new Error(`${release}: no vmlinuz in its packages (${places.join(', ')})`);
  const busybox = foreign ? await foreignBusybox(root, arch) : which('busybox');
  return { id: kernel.id, release, arch, image, modules: join(folder, 'lib/modules', release), busybox, root };
}

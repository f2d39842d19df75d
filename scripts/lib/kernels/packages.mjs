// Kernels from Debian's packages, and for each suite a root with its compiler and the headers. All cached.
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SUITES, pickRelease } from './catalog.mjs';
import { attempt, run } from './run.mjs';

export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'toa-play', 'kernels');
const APT = ['-o', 'Acquire::Check-Valid-Until=false', '-o', 'APT::Sandbox::User=root'];

const inRoot = (root, ...command) => run('chroot', [root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', ...command]);

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

async function refresh(root) {
  const { rc, out } = await attempt('chroot', [root, 'apt-get', ...APT, 'update']);
  if (rc !== 0 && !existsSync(join(root, 'var/lib/apt/lists/partial'))) throw new Error(`apt-get update: ${out}`);
}

/** An image may be several packages: forky's linux-image only depends on -base, -binary and -modules. */
async function unpackImage(root, release, folder, names) {
  const packages = ['image', 'base', 'binary', 'modules'].map((part) => `linux-${part}-${release}`).filter((name) => names.has(name));
  const download = `cd /tmp && rm -f linux-*.deb && apt-get ${APT.join(' ')} download ${packages.join(' ')}`;
  await inRoot(root, 'sh', '-c', download);
  const half = `${folder}.part`;
  rmSync(half, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  for (const deb of readdirSync(join(root, 'tmp')).filter((name) => /^linux-.*\.deb$/.test(name))) {
    await run('dpkg', ['-x', join(root, 'tmp', deb), half]);
    rmSync(join(root, 'tmp', deb));
  }
  if (!existsSync(join(half, 'lib')) && existsSync(join(half, 'usr/lib'))) symlinkSync('usr/lib', join(half, 'lib'));
  await run('depmod', ['-b', half, release]);
  await rename(half, folder);
}

/**
 * One kernel of the catalog, ready: its files, and the root in which its headers and compiler are.
 * @returns {Promise<{id: string, release: string, arch: string, image: string, modules: string, root: string}>}
 */
export async function fetchKernel(kernel) {
  const root = await suiteRoot(kernel.suite);
  await refresh(root);
  const names = new Set((await inRoot(root, 'apt-cache', 'pkgnames', 'linux-')).split('\n'));
  const both = [...names].filter((name) => names.has(name.replace('-image-', '-headers-')));
  const release = pickRelease(both, kernel, 'amd64');
  if (!release) throw new Error(`${kernel.suite} serves no kernel with headers`);
  if (!existsSync(join(root, 'usr/src', `linux-headers-${release}`, 'Makefile')))
    await inRoot(root, 'apt-get', ...APT, 'install', '-y', '--no-install-recommends', `linux-headers-${release}`);
  const folder = join(CACHE, release);
  if (!existsSync(join(folder, 'lib/modules', release, 'modules.dep'))) await unpackImage(root, release, folder, names);
  const places = [join(folder, 'boot', `vmlinuz-${release}`), join(folder, 'lib/modules', release, 'vmlinuz')];
  const image = places.find(existsSync);
  if (!image) throw new Error(`${release}: no vmlinuz in its packages (${places.join(', ')})`);
  return { id: kernel.id, release, arch: 'x86_64', image, modules: join(folder, 'lib/modules', release), root };
}

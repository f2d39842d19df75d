import { join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import type { Shell } from '../contract.ts';
import { packageManagerFacts } from '../facts/distribution.ts';
import { Sections } from '../facts/sections.ts';
import { findDistro } from './find.ts';
import { atVersion, familyOf, kernelPackages, type KernelPackages, releaseFiles, type SteppedKey } from './load.ts';

/** A host's distribution, as src/host/distros/*.yaml describe it at the host's version. */
export interface HostDistro {
  /** Ansible's name, e.g. `CentOS`; of a distribution that no file names, what it calls itself. */
  readonly name: string;
  readonly version: string;
  readonly family: string;
  /** `uname -r` and `uname -m` when it was asked. */
  readonly release: string;
  readonly arch: string;
  /** The rest is empty (`''`) where no file describes the distribution: look at the host, or refuse. */
  readonly packageManager: string;
  readonly bootLoader: string;
  readonly bootScript: string;
  readonly rcLocal: string;
  readonly kernelHooks: string;
  readonly libelf: string;
  /** Package names for a kernel (default: the running one). */
  packages(release?: string): KernelPackages;
}

/** What a raw answer of look.sh says. */
export function readHostDistro(raw: string): HostDistro {
  const sections = new Sections(raw);
  const { distro, name, version } = findDistro(sections);
  const [release = '', arch = ''] = sections.lines('kernel');
  const manager = packageManagerFacts(sections).pkg_mgr;
  const at = (key: SteppedKey): string => (distro ? atVersion(distro, name, version, key) : '');
  return {
    name,
    version,
    family: distro ? familyOf(distro, name) : name,
    release,
    arch,
    packageManager: manager === 'unknown' ? '' : manager,
    bootLoader: at('boot_loader'),
    bootScript: at('boot_script'),
    rcLocal: distro?.rc_local ?? '',
    kernelHooks: at('kernel_hooks'),
    libelf: distro?.kernel.libelf ?? '',
    packages: (wanted) => kernelPackages(distro, { name, version }, wanted || release, arch),
  };
}

const asked = new WeakMap<Shell, Promise<HostDistro>>();

/**
 * The distribution of the host that a shell is open on: one round trip, once per shell.
 * @throws ToaError E_ANSWER when the host does not answer; those of a broken connection
 */
export function hostDistro(shell: Shell): Promise<HostDistro> {
  let known = asked.get(shell);
  if (!known) {
    known = ask(shell);
    asked.set(shell, known);
    known.catch(() => asked.delete(shell));
  }
  return known;
}

async function ask(shell: Shell): Promise<HostDistro> {
  const scripts = [join(packageRoot(), 'src/host/distros/look.sh')];
  const vars = { release_files: releaseFiles().join(' ') };
  const { rc, stdout, stderr } = await shell.call({ scripts, fn: 'distro_look', vars });
  if (!stdout.includes('== kernel')) {
    throw new ToaError('E_ANSWER', `the host does not say which distribution it is (status ${rc}): ${stderr.trim()}`);
  }
  return readHostDistro(stdout);
}

/**
 * The same for a shell half, as variables `distro_...`, each of one line and empty where nothing is known.
 * @param release the kernel that packages are wanted for; '' is the running one
 */
export function distroVars(distro: HostDistro, release = ''): Record<string, string> {
  const { headers, image, buildTree } = distro.packages(release);
  return {
    distro_name: distro.name,
    distro_version: distro.version,
    distro_family: distro.family,
    distro_manager: distro.packageManager,
    distro_boot_loader: distro.bootLoader,
    distro_boot_script: distro.bootScript,
    distro_rc_local: distro.rcLocal,
    distro_kernel_hooks: distro.kernelHooks,
    distro_headers: headers,
    distro_image: image,
    distro_libelf: distro.libelf,
    distro_build_tree: buildTree,
  };
}

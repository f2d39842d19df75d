import { compareRpm } from '../../base/version.ts';
import { type Distro, readDistros } from './read.ts';

export type { Distro };
type Step = { before?: string } & Record<string, string | undefined>;

let loaded: readonly Distro[] | undefined;

/** All distributions that we know. */
export function distros(): readonly Distro[] {
  loaded ??= readDistros();
  return loaded;
}

let files: readonly string[] | undefined;

/** The files that tell a release where os-release does not, of all distributions, each once. */
export function releaseFiles(): readonly string[] {
  files ??= [...new Set(distros().flatMap((distro) => distro.release_files.map((file) => file.path)))];
  return files;
}

/** The distribution of Ansible's name, e.g. `CentOS`. */
export function distroNamed(name: string): Distro | undefined {
  return distros().find((distro) => Object.values(distro.names).includes(name));
}

export function familyOf(distro: Distro, name: string): string {
  return typeof distro.family === 'string' ? distro.family : (distro.family[name] ?? name);
}

/** The entry of a list with `before:` bounds that holds for a version. Kylin's `V10` is 10: a letter in front counts for nothing. */
export function atVersion(steps: readonly unknown[], version: string, key: string): string {
  const number = version.replace(/^\D+(?=\d)/, '');
  const found = (steps as readonly Step[]).find((entry) => !entry.before || compareRpm(number, entry.before) < 0);
  return found?.[key] ?? 'unknown';
}

export interface KernelPackages {
  readonly headers: readonly string[];
  readonly image?: string;
  readonly compiler: readonly string[];
  readonly buildTree: string;
}

/** Package names for one exact kernel release (`uname -r`); empty lists where the distribution has none. */
export function kernelPackages(distro: Distro, release: string, arch: string, version: string): KernelPackages {
  const groups = new RegExp(distro.kernel.release_pattern).exec(release)?.groups ?? {};
  const values: Record<string, string> = { release, arch, ...groups };
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? release);
  const old = distro.kernel.compiler_before_8 && compareRpm(version, '8') < 0;
  return {
    headers: distro.kernel.headers.map(fill),
    image: distro.kernel.image && fill(distro.kernel.image),
    compiler: (old ? distro.kernel.compiler_before_8 : distro.kernel.compiler) ?? [],
    buildTree: fill(distro.kernel.build_tree),
  };
}

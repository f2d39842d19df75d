import { compareRpm } from '../../base/version.ts';
import { type Distro, readDistros, type Step } from './read.ts';

export type { Distro };

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

export function familyOf(distro: Distro, name: string): string {
  return typeof distro.family === 'string' ? distro.family : (distro.family[name] ?? name);
}

/** Keys whose value depends on the version. */
export type SteppedKey = 'package_manager' | 'boot_loader' | 'boot_script' | 'kernel_hooks' | 'python';

/**
 * What a distribution has at a version, under a key with `before:` bounds. Kylin's `V10` is 10: a letter in front counts for
 * nothing. One that is made from another release of its family under numbers of its own (`base`) has what that release has.
 * @returns '' where the file says nothing
 */
export function atVersion(distro: Distro, name: string, version: string, key: SteppedKey): string {
  const number = version.replace(/^\D+(?=\d)/, '');
  const base = distro.base?.[name];
  const release = (base && valueAt(base, number)) || number;
  return valueAt(distro[key] ?? [], release);
}

function valueAt(steps: readonly Step[], number: string): string {
  return steps.find((step) => !step.before || compareRpm(number, step.before) < 0)?.is ?? '';
}

export interface KernelPackages {
  /** '' where the distribution has none. */
  readonly headers: string;
  readonly image: string;
  readonly buildTree: string;
  /** Where the distribution keeps the headers when they have left its mirrors: URLs for people, empty where it says none. */
  readonly archives: readonly string[];
}

/** Which distribution it is, by Ansible's name, and its version. */
export interface DistroAt {
  readonly name: string;
  readonly version: string;
}

/**
 * Package names for one exact kernel release (`uname -r`); empty where the distribution has none.
 * @param distro undefined: nobody knows
 */
export function kernelPackages(
  distro: Distro | undefined,
  { name, version }: DistroAt,
  release: string,
  arch: string,
): KernelPackages {
  if (!distro) return { headers: '', image: '', buildTree: '', archives: [] };
  const { headers: named, image = '', build_tree, release_pattern, archives } = distro.kernel;
  const groups = new RegExp(release_pattern).exec(release)?.groups ?? {};
  const values: Record<string, string> = {
    release,
    plain: release.replace(/\+[^+]*$/, ''),
    arch,
    at: version,
    ...groups,
  };
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? release);
  const headers = fill(named.find(({ has }) => has === undefined || release.includes(has))?.package ?? '');
  values['headers'] = headers;
  return {
    headers,
    image: fill(image),
    buildTree: fill(build_tree),
    archives: fill(valueAt(archives?.[name] ?? [], version))
      .split(' ')
      .filter(Boolean),
  };
}

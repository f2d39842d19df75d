import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../base/package-root.ts';
import { compareRpm } from '../../base/version.ts';

const step = <const T extends string>(key: T) =>
  z.array(z.strictObject({ before: z.string().optional(), [key]: z.string() } as Record<T | 'before', z.ZodType>));

const schema = z.strictObject({
  names: z.record(z.string(), z.string()),
  family: z.union([z.string(), z.record(z.string(), z.string())]),
  version: z.enum(['os-release', 'debian', 'release-file']),
  release_files: z
    .array(
      z.strictObject({
        path: z.string(),
        name: z.string().optional(),
        pattern: z.string(),
        patchlevel: z.string().optional(),
      }),
    )
    .default([]),
  package_manager: step('manager'),
  kernel: z.strictObject({
    headers: z.array(z.string()),
    image: z.string().optional(),
    compiler: z.array(z.string()),
    compiler_before_8: z.array(z.string()).optional(),
    build_tree: z.string(),
    release_pattern: z.string(),
    container: z.boolean().optional(),
  }),
  init: step('system'),
  boot_loader: step('system'),
  module_boot: step('way'),
  kernel_hook: z.string().optional(),
  kernel_hook_systemd: z.string().optional(),
});

export type Distro = z.infer<typeof schema>;
type Step = { before?: string } & Record<string, string | undefined>;

let loaded: readonly Distro[] | undefined;

/** All distributions that we know: the files beside this one, checked. Throws on a file that is not as README.md says. */
export function distros(): readonly Distro[] {
  if (loaded) return loaded;
  const folder = join(packageRoot(), 'src/host/distros');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  loaded = files.map((name) => schema.parse(parse(readFileSync(join(folder, name), 'utf8'))));
  return loaded;
}

/** The distribution of Ansible's name, e.g. `CentOS`. */
export function distroNamed(name: string): Distro | undefined {
  return distros().find((distro) => Object.values(distro.names).includes(name));
}

export function familyOf(distro: Distro, name: string): string {
  return typeof distro.family === 'string' ? distro.family : (distro.family[name] ?? name);
}

/** The entry of a list with `before:` bounds that holds for a version. */
export function atVersion(steps: readonly unknown[], version: string, key: string): string {
  const found = (steps as readonly Step[]).find((entry) => !entry.before || compareRpm(version, entry.before) < 0);
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

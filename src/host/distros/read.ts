import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../base/package-root.ts';

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

/** The files beside this one, checked; scripts/bundle.mjs does that once, at build time. Throws on a file that is not as README.md says. */
export function readDistros(): readonly Distro[] {
  const folder = join(packageRoot(), 'src/host/distros');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => schema.parse(parse(readFileSync(join(folder, name), 'utf8'))));
}

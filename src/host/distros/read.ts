import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../base/package-root.ts';

/** A value by version: the first entry whose `before` is above the version, or that has none. */
const step = z.strictObject({ before: z.string().optional(), is: z.string() });
const steps = z.array(step);

export type Step = z.infer<typeof step>;

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
  base: z.record(z.string(), steps).optional(),
  package_manager: steps,
  python: steps.optional(),
  kernel: z.strictObject({
    headers: z.array(z.strictObject({ has: z.string().optional(), package: z.string() })),
    image: z.string().optional(),
    libelf: z.string().optional(),
    build_tree: z.string(),
    release_pattern: z.string(),
    archives: z.record(z.string(), steps).optional(),
  }),
  boot_loader: steps,
  boot_script: steps.optional(),
  rc_local: z.string().optional(),
  kernel_hooks: steps.optional(),
});

export type Distro = z.infer<typeof schema>;

/** The files beside this one, checked; scripts/bundle.mjs does that once, at build time. Throws on a file that is not as README.md says. */
export function readDistros(): readonly Distro[] {
  const folder = join(packageRoot(), 'src/host/distros');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => schema.parse(parse(readFileSync(join(folder, name), 'utf8'))));
}

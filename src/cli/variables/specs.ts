import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { ToaError } from '../../base/errors.ts';
import { toJs } from '../../base/value.ts';
import { parseYaml } from '../../play/yaml/index.ts';

const option = z.strictObject({
  description: z.string(),
  type: z.enum(['str', 'int', 'bool', 'list', 'dict']),
  elements: z.enum(['str', 'int', 'dict']).optional(),
  choices: z.array(z.string()).optional(),
  default: z.unknown().optional(),
  required: z.boolean().default(false),
  /** Not needed where another variable has this value. */
  required_unless: z.record(z.string(), z.string()).optional(),
  /** Given with these, or not at all. */
  required_together: z.array(z.string()).default([]),
  range: z.tuple([z.number(), z.number()]).optional(),
  /** A check by name: `FORMATS` in check.ts. */
  format: z.string().optional(),
});
const file = z.record(
  z.string(),
  z.strictObject({ short_description: z.string(), options: z.record(z.string(), option) }),
);

/** One variable of a playbook, as its argument_specs.yml declares it. */
export type VariableSpec = z.output<typeof option>;

/** What a playbook's variables are. */
export interface PlaybookSpecs {
  /** The playbook's file name, e.g. `site.yml`. */
  readonly name: string;
  readonly description: string;
  readonly variables: ReadonlyMap<string, VariableSpec>;
  /** Variables of the playbooks beside it: known, though not read by this one. */
  readonly known: ReadonlySet<string>;
}

/**
 * Reads what the playbooks of a folder declare of their variables in its `meta/argument_specs.yml`, in the order of that file;
 * empty where there is none.
 * @throws ToaError E_TOA_SPECS when the declaration itself is wrong
 */
export function folderSpecs(folder: string): Map<string, PlaybookSpecs> {
  const path = join(folder, 'meta/argument_specs.yml');
  if (!existsSync(path)) return new Map();
  const read = file.safeParse(toJs(parseYaml(readFileSync(path, 'utf8'), path).value));
  if (!read.success) {
    throw new ToaError('E_TOA_SPECS', `${path} is no declaration of variables: ${z.prettifyError(read.error)}`, {
      remedy: 'see the playbooks that ship with toa-play for its form',
    });
  }
  const known = new Set(Object.values(read.data).flatMap(({ options }) => Object.keys(options)));
  return new Map(
    Object.entries(read.data).map(([name, { short_description: description, options }]) => [
      name,
      { name, description, variables: new Map(Object.entries(options)), known },
    ]),
  );
}

/** The same of one playbook, by its path; undefined for one that declares nothing. @throws ToaError E_TOA_SPECS */
export function playbookSpecs(playbook: string): PlaybookSpecs | undefined {
  return folderSpecs(dirname(playbook)).get(basename(playbook));
}

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

/** Where the variables of a playbook are declared: `meta/argument_specs.yml` beside it. */
const specsFile = (playbook: string): string => join(dirname(playbook), 'meta/argument_specs.yml');

/**
 * Reads what a playbook declares of its variables; undefined for one that declares nothing.
 * @param playbook path of the playbook
 * @throws ToaError E_TOA_SPECS when the declaration itself is wrong
 */
export function playbookSpecs(playbook: string): PlaybookSpecs | undefined {
  const path = specsFile(playbook);
  if (!existsSync(path)) return undefined;
  const read = file.safeParse(toJs(parseYaml(readFileSync(path, 'utf8'), path).value));
  if (!read.success) {
    throw new ToaError('E_TOA_SPECS', `${path} is no declaration of variables: ${z.prettifyError(read.error)}`, {
      remedy: 'see the playbooks that ship with toa-play for its form',
    });
  }
  const own = Object.hasOwn(read.data, basename(playbook)) ? read.data[basename(playbook)] : undefined;
  if (!own) return undefined;
  return {
    name: basename(playbook),
    description: own.short_description,
    variables: new Map(Object.entries(own.options)),
    known: new Set(Object.values(read.data).flatMap(({ options }) => Object.keys(options))),
  };
}

import type { Lookup } from '../contract.ts';
import { fileLookups } from './files.ts';
import { listLookups } from './lists.ts';
import { passwordLookups } from './password.ts';
import { sequenceLookups } from './sequence.ts';
import { systemLookups } from './system.ts';
import { tableLookups } from './tables.ts';
import { variableLookups } from './variables.ts';

const builtin: Record<string, Lookup> = {
  ...fileLookups,
  ...listLookups,
  ...passwordLookups,
  ...sequenceLookups,
  ...systemLookups,
  ...tableLookups,
  ...variableLookups,
};

/** Of community.general, but in Ansible's core before 2.10: playbooks use the short names. */
const COMMUNITY = ['cartesian', 'flattened'];

function fullName(name: string): string {
  return `${COMMUNITY.includes(name) ? 'community.general' : 'ansible.builtin'}.${name}`;
}

/** Ansible's lookup plugins, by short name and by full name. */
export const lookups: ReadonlyMap<string, Lookup> = new Map(
  Object.entries(builtin).flatMap(([name, lookup]) => [
    [name, lookup],
    [fullName(name), lookup],
  ]),
);

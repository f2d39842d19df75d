import type { Filter } from '../../contract.ts';
import { collectionFilters } from './collections.ts';
import { commentFilters } from './comment.ts';
import { communityFilters } from './community.ts';
import { dateFilters } from './dates.ts';
import { formatFilters } from './formats.ts';
import { hashFilters } from './hashes.ts';
import { ipFilters } from './net/ip.ts';
import { ipMathFilters } from './net/ip-math.ts';
import { mathFilters } from './math.ts';
import { passwordFilters } from './passwords.ts';
import { pathFilters } from './paths.ts';
import { randomFilters } from './random.ts';
import { regexFilters } from './regex.ts';
import { setFilters } from './sets.ts';
import { typeFilters } from './types.ts';
import { urlFilters } from './urls.ts';

const builtin: Record<string, Filter> = {
  ...collectionFilters,
  ...commentFilters,
  ...dateFilters,
  ...formatFilters,
  ...hashFilters,
  ...mathFilters,
  ...passwordFilters,
  ...pathFilters,
  ...randomFilters,
  ...regexFilters,
  ...setFilters,
  ...typeFilters,
  ...urlFilters,
};

function inCollection(collection: string, filters: Readonly<Record<string, Filter>>): [string, Filter][] {
  return Object.entries(filters).map(([name, filter]) => [`${collection}.${name}`, filter]);
}

function named(collection: string, filters: Record<string, Filter>): [string, Filter][] {
  return Object.entries(filters).flatMap(([name, filter]) => [
    [name, filter],
    [`${collection}.${name}`, filter],
  ]);
}

/** Ansible's own filters (ansible-core 2.14) and `ipaddr` and kin, by short name and by full name. */
export const ansibleFilters: ReadonlyMap<string, Filter> = new Map([
  ...named('ansible.utils', { ...ipFilters, ...ipMathFilters }),
  ...inCollection('ansible.netcommon', { ...ipFilters, ...ipMathFilters }),
  ...inCollection('community.general', communityFilters),
  // the one that Ansible knows by its short name, too
  ['json_query', communityFilters.json_query],
  ...named('ansible.builtin', builtin),
]);

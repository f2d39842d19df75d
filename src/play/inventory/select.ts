import { ToaError } from '../../base/errors.ts';
import type { Sources } from '../sources.ts';
import type { InventoryData } from './data.ts';
import { limitHosts, readLimit } from './pattern.ts';

export interface Selection {
  /** The parts of the limit, or undefined when there is none. */
  readonly limit?: readonly string[];
  /** Hosts of a play: those that its pattern names and the limit leaves. */
  hosts(pattern: string | readonly string[]): string[];
}

export interface SelectionOptions {
  /** `host_pattern_mismatch`: what a pattern that names nothing is: `warning` (default), `error` or `ignore`. */
  readonly onMismatch?: string;
  /** `localhost_warning`: whether an inventory without hosts is warned of; default true. */
  readonly warnsOfLocalhost?: boolean;
}

/** Tells once of each pattern that names nothing. */
function mismatchTeller(sources: Pick<Sources, 'warn'>, onMismatch: string): (part: string) => void {
  const told = new Set<string>();
  return (part) => {
    if (onMismatch === 'error') {
      throw new ToaError('E_NO_HOSTS', `Could not match supplied host pattern, ignoring: ${part}`, {
        remedy: 'correct the pattern, or set host_pattern_mismatch = warning',
      });
    }
    if (onMismatch === 'warning' && !told.has(part))
      sources.warn(`Could not match supplied host pattern, ignoring: ${part}`);
    told.add(part);
  };
}

/**
 * Applies `--limit` to an inventory, as ansible-playbook does before the first play, with its warnings.
 * @param folder what a relative `@file` in the limit is relative to
 * @throws ToaError E_NO_HOSTS when the limit leaves no host of an inventory that has some, or by `onMismatch`;
 * E_LIMIT_FILE
 */
export function selectHosts(
  inventory: InventoryData,
  limitText: string | undefined,
  sources: Sources,
  folder: string,
  { onMismatch = 'warning', warnsOfLocalhost = true }: SelectionOptions = {},
): Selection {
  const unmatched = mismatchTeller(sources, onMismatch);
  const isEmpty = inventory.hosts.size === 0;
  if (isEmpty && warnsOfLocalhost) {
    sources.warn(
      "provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'",
    );
  }
  const limit = limitText === undefined ? undefined : readLimit(limitText, sources, folder);
  const restrict = (hosts: string[]): string[] => (limit ? limitHosts(inventory, hosts, limit, unmatched) : hosts);
  if (!isEmpty && restrict(inventory.match('all')).length === 0) {
    throw new ToaError('E_NO_HOSTS', 'Specified hosts and/or --limit does not match any hosts', {
      remedy: 'compare --limit with the names that toa-play inventory --graph shows',
    });
  }
  return { limit, hosts: (pattern) => restrict(inventory.match(pattern, unmatched)) };
}

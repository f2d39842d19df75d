import { join, resolve } from 'node:path';

/** The playbooks that are cut off, by name. */
export const PLAYBOOKS = {
  site: resolve(import.meta.dirname, '../../../playbooks/site.yml'),
  twenty: join(import.meta.dirname, 'twenty.yml'),
} as const;

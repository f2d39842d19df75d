import type { Filter, Lookup, Test } from './contract.ts';
import { ansibleFilters } from './filters/ansible/index.ts';
import { jinjaFilters } from './filters/jinja/index.ts';
import { lookups } from './lookups/index.ts';
import { ansibleTests } from './tests/ansible.ts';
import { jinjaTests } from './tests/jinja.ts';

/** All filters; Ansible's own win over Jinja2's of the same name. */
export const registeredFilters: ReadonlyMap<string, Filter> = new Map([...jinjaFilters, ...ansibleFilters]);
/** All tests. */
export const registeredTests: ReadonlyMap<string, Test> = new Map([...jinjaTests, ...ansibleTests]);
/** All lookups. */
export const registeredLookups: ReadonlyMap<string, Lookup> = lookups;

import type { Value } from '../../base/value.ts';
import type { Prepared } from '../playbook.ts';
import { checkVariables } from './check.ts';
import { playbookSpecs } from './specs.ts';

/** The hosts that a playbook's plays name; patterns may hold extra variables. */
function hostsOf({ world, variables, select }: Prepared, plan: Prepared['plans'][number]): Set<string> {
  const scope = variables.scope({ host: 'localhost' });
  const names = new Set<string>();
  for (const { hosts } of plan.plays) {
    const pattern = world.templar.resolve(hosts, scope, { onUndefined: 'keep' });
    const patterns = (Array.isArray(pattern) ? pattern : [pattern]).map(String);
    for (const host of select(patterns)) if (world.inventory.hosts.has(host)) names.add(host);
  }
  return names;
}

/**
 * Holds the variables of all hosts against what the playbooks declare, in one go; no host is touched.
 * @throws ToaError E_TOA_VARIABLE, E_TOA_BALANCERS, E_TOA_SPECS
 */
export function checkPlaybookVariables(prepared: Prepared): void {
  const { world, variables, plans } = prepared;
  for (const plan of plans) {
    const specs = playbookSpecs(plan.file);
    if (!specs) continue;
    const hosts = [...hostsOf(prepared, plan)].map((name) => ({ name, scope: variables.scope({ host: name }) }));
    const render = (value: Value, scope: (typeof hosts)[number]['scope']): Value => world.templar.resolve(value, scope);
    checkVariables(specs, hosts, render);
  }
}

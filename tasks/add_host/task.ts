import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import type { Value } from '../../src/base/value.ts';
import { defineVerb } from '../../src/verb/verb.ts';

/** `name`, `name:port` or `[v6]:port`. */
function address(text: string): { name: string; port?: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text);
  return found ? { name: found[1] ?? found[2], port: Number(found[3]) } : { name: text };
}

function groupNames(value: Value | undefined): string[] | undefined {
  if (value === undefined || value === null || value === '') return [];
  if (Array.isArray(value)) return [...new Set(value.map((name) => String(name).trim()))];
  return typeof value === 'string' ? [...new Set(value.split(',').map((name) => name.trim()))] : undefined;
}

const OWN = new Set(['name', 'hostname', 'groupname', 'groups', '_raw_params']);

export const verb = defineVerb({
  name: 'add_host',
  summary: 'Adds a host to the inventory for the rest of the run',
  args: () => z.record(z.string(), z.unknown()),
  anyArgs: true,
  beyond: ['plan', 'all-hosts'],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run(given) {
    const args = given as Record<string, Value>;
    const wanted = args['name'] ?? args['hostname'] ?? args['host'];
    if (wanted === undefined || wanted === null) return failure('name, host or hostname needs to be provided');
    const groups = groupNames(args['groupname'] ?? args['groups'] ?? args['group']);
    if (!groups) return failure('Groups must be specified as a list.');
    const { name, port } = address(String(wanted));
    const vars = new Map<Value, Value>(Object.entries(args).filter(([key]) => !OWN.has(key)));
    if (port !== undefined) vars.set('ansible_ssh_port', port);
    return { changed: false, add_host: { host_name: name, groups, host_vars: vars } };
  },
});

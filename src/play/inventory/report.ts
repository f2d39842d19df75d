import { ToaError } from '../../base/errors.ts';
import { dumpJson } from '../../base/python-json.ts';
import { isMapping, TemplateText, Tuple, VaultText, type Dict, type Value } from '../../base/value.ts';
import { pyStr } from '../../template/python/print.ts';
import { dumpYaml } from '../../template/yaml/dump.ts';
import type { Inventory } from '../contract.ts';

/** Where the variables of a report come from. */
export interface ReportSource {
  /** All variables of a host, merged; of the host alone when `own`. */
  hostVars(host: string, own: boolean): Dict;
  /** Variables of a group, group_vars files included. */
  groupVars(group: string): Dict;
}

export interface ReportOptions {
  /** `--export`: variables at the host or group that defines them. */
  readonly export?: boolean;
}

const INTERNAL =
  'ansible_check_mode ansible_diff_mode ansible_config_file ansible_facts ansible_forks ansible_inventory_sources ' +
  'ansible_limit ansible_playbook_python ansible_run_tags ansible_skip_tags ansible_verbosity ansible_version ' +
  'inventory_dir inventory_file inventory_hostname inventory_hostname_short groups group_names omit playbook_dir';

/** Values as they were written: templates as their text, vault texts sealed. */
function plain(value: Value): Value {
  if (value instanceof TemplateText) return value.source;
  if (value instanceof VaultText) return new Map([['__ansible_vault', value.ciphertext]]);
  if (value instanceof Tuple) return Tuple.from(value, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (!isMapping(value)) return value;
  return new Map([...value.keys()].map((key) => [key, plain(value.get(key) as Value)]));
}

function shown(vars: Dict): Dict {
  const out = plain(vars) as Dict;
  for (const name of INTERNAL.split(' ')) out.delete(name);
  return out;
}

function json(value: Dict): string {
  return dumpJson(value, { indent: 4, sortKeys: true, ensureAscii: false });
}

function yaml(value: Dict): string {
  return dumpYaml(value, { sortKeys: true, flow: false });
}

function withoutEmpty(group: Dict): Dict {
  for (const key of ['hosts', 'vars', 'children']) {
    const value = group.get(key);
    if ((Array.isArray(value) && value.length === 0) || (isMapping(value) && value.size === 0)) group.delete(key);
  }
  return group;
}

function groupVars(inventory: Inventory, source: ReportSource, name: string): Dict {
  const vars = shown(source.groupVars(name));
  const priority = inventory.groups.get(name)?.priority ?? 1;
  if (priority !== 1) vars.set('ansible_group_priority', priority);
  return vars;
}

/** `ansible-inventory --list`: one JSON dictionary, as inventory scripts print it. */
export function inventoryList(inventory: Inventory, source: ReportSource, options: ReportOptions = {}): string {
  const out: Dict = new Map();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const group = inventory.groups.get(name);
    if (!group || seen.has(name)) return;
    seen.add(name);
    const entry: Dict = new Map();
    if (name !== 'all') entry.set('hosts', [...group.hosts]);
    entry.set('children', [...group.children]);
    for (const child of group.children) visit(child);
    if (options.export) entry.set('vars', groupVars(inventory, source, name));
    if (withoutEmpty(entry).size > 0) out.set(name, entry);
  };
  visit('all');
  const hosts: Dict = new Map();
  for (const host of inventory.match('all')) {
    const vars = shown(source.hostVars(host, options.export ?? false));
    if (vars.size > 0) hosts.set(host, vars);
  }
  out.set('_meta', new Map([['hostvars', hosts]]));
  return json(out);
}

/** `ansible-inventory --list --yaml`: an inventory in YAML. */
export function inventoryYaml(inventory: Inventory, source: ReportSource, options: ReportOptions = {}): string {
  const seen = new Set<string>();
  const visit = (name: string): Dict => {
    const group = inventory.groups.get(name);
    const entry: Dict = new Map();
    const children: Dict = new Map();
    for (const child of group?.children ?? []) children.set(child, visit(child));
    const hosts: Dict = new Map();
    for (const host of name === 'all' ? [] : (group?.hosts ?? [])) {
      hosts.set(host, seen.has(host) ? new Map() : shown(source.hostVars(host, options.export ?? false)));
      seen.add(host);
    }
    entry.set('children', children).set('hosts', hosts);
    if (options.export) entry.set('vars', groupVars(inventory, source, name));
    return withoutEmpty(entry);
  };
  return yaml(new Map([['all', visit('all')]]));
}

/**
 * `ansible-inventory --host`: the variables of one host.
 * @throws ToaError E_NO_HOSTS unless the pattern names exactly one host
 */
export function inventoryHost(
  inventory: Inventory,
  pattern: string,
  source: ReportSource,
  options: ReportOptions & { readonly yaml?: boolean } = {},
): string {
  const hosts = inventory.match(pattern);
  if (hosts.length !== 1) {
    throw new ToaError('E_NO_HOSTS', 'You must pass a single valid host to --host parameter', {
      remedy: `${pattern} names ${hosts.length} hosts; --graph shows the names`,
    });
  }
  const vars = shown(source.hostVars(hosts[0], options.export ?? false));
  return options.yaml ? yaml(vars) : json(vars);
}

/**
 * `ansible-inventory --graph`: the tree of groups and hosts, with variables when a source is given.
 * @throws ToaError E_INVENTORY_GROUP when there is no such group
 */
export function inventoryGraph(inventory: Inventory, top: string, source?: ReportSource): string {
  const lines: string[] = [];
  const put = (text: string, depth: number): void => {
    lines.push(depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`);
  };
  const putVars = (vars: Dict, depth: number): void => {
    const names = [...vars.keys()].map(String).sort();
    for (const name of names) put(`{${name} = ${pyStr(vars.get(name) as Value)}}`, depth);
  };
  const visit = (name: string, depth: number): void => {
    const group = inventory.groups.get(name);
    put(`@${name}:`, depth);
    for (const child of group?.children ?? []) visit(child, depth + 1);
    for (const host of name === 'all' ? [] : (group?.hosts ?? [])) {
      put(host, depth + 1);
      if (source) putVars(shown(source.hostVars(host, false)), depth + 2);
    }
    if (source) putVars(groupVars(inventory, source, name), depth + 1);
  };
  if (!inventory.groups.has(top)) {
    throw new ToaError('E_INVENTORY_GROUP', 'Pattern must be valid group name when using --graph', {
      remedy: `there is no group ${top}; without a name the whole tree is shown`,
    });
  }
  visit(top, 0);
  return lines.join('\n');
}

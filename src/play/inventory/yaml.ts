import { ToaError } from '../../base/errors.ts';
import type { Value } from '../../base/value.ts';
import { parseYaml, type YamlEntry, type YamlNode } from '../yaml/index.ts';
import type { Change, Format, InventoryContext } from './parsing.ts';
import { expandHosts } from './ranges.ts';

const SECTIONS = ['vars', 'children', 'hosts'];

function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'dict';
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'bool' : 'str';
}

function fail(message: string, node: { span: YamlNode['span'] }, remedy: string): never {
  throw new ToaError('E_INVENTORY_YAML', message, { span: node.span, remedy });
}

/** Reads a YAML inventory into changes. */
class YamlInventory {
  readonly changes: Change[] = [];
  private readonly context: InventoryContext;

  constructor(context: InventoryContext) {
    this.context = context;
  }

  /** The changes for a group and what is below it; gives its name. */
  group(name: string, node: YamlNode): void {
    if (node.kind !== 'map' && node.value !== null) {
      this.context.sources.warn(`Skipping '${name}' as this is not a valid group definition`);
      return;
    }
    this.changes.push((data) => data.group(name));
    if (node.kind !== 'map') return;
    for (const entry of node.entries) this.section(name, String(entry.key), entry.node);
  }

  private section(group: string, key: string, node: YamlNode): void {
    const entries = SECTIONS.includes(key) ? this.entries(group, key, node) : undefined;
    if (entries === undefined) this.strange(group, key, node);
    else for (const entry of entries) this.entry(group, key, entry);
  }

  private strange(group: string, key: string, node: YamlNode): void {
    if (node.value === null) return;
    this.context.sources.warn(
      node.kind === 'map'
        ? `Skipping unexpected key (${key}) in group (${group}), only "vars", "children" and "hosts" are valid`
        : `Skipping key (${key}) in group (${group}) as it is not a mapping, it is a ${kindOf(node.value)}`,
    );
  }

  private entries(group: string, key: string, node: YamlNode): readonly YamlEntry[] {
    if (node.kind === 'map') return node.entries;
    if (node.value === null) return [];
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      const empty: YamlNode = { kind: 'scalar', value: null, span: node.span };
      return [{ key: node.value, keySpan: node.span, node: empty }];
    }
    return fail(
      `Invalid "${key}" entry for "${group}" group, requires a dictionary, found "${kindOf(node.value)}" instead.`,
      node,
      `write "${key}:" with one "name:" on each line below it`,
    );
  }

  private entry(group: string, section: string, { key, keySpan, node }: YamlEntry): void {
    if (section === 'vars') this.changes.push((data) => data.setVariable('group', group, key, node.value));
    else if (section === 'children') {
      this.group(String(key), node);
      this.changes.push((data) => data.addChild(group, data.group(String(key))));
    } else this.hosts(group, key, keySpan, node);
  }

  private hosts(group: string, key: Value, keySpan: YamlNode['span'], node: YamlNode): void {
    if (typeof key !== 'string') {
      fail(
        `Host pattern ${String(key)} must be a string. Enclose integers/floats in quotation marks.`,
        { span: keySpan },
        `write "${String(key)}" with quotes`,
      );
    }
    if (node.kind !== 'map' && node.value) {
      fail(`Invalid data from file, expected dictionary and got: ${String(node.value)}`, node, 'write name: value');
    }
    const { hosts, port } = expandHosts(key);
    this.changes.push((data) => {
      for (const host of hosts) {
        data.putHost(host, group, port);
        if (node.kind !== 'map') continue;
        for (const entry of node.entries) data.setVariable('host', host, entry.key, entry.node.value);
      }
    });
  }
}

/**
 * Ansible's YAML (and JSON) format:
 * https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/yaml_inventory.html
 * Errors: E_YAML_*, E_INVENTORY_YAML, E_INVENTORY_PLUGIN for the configuration of an inventory plugin.
 */
export const yamlFormat: Format = {
  name: 'yaml',
  parse(path, text, _data, context) {
    const { root, warnings } = parseYaml(text, path);
    for (const warning of warnings) context.sources.warn(warning);
    if (!root.value) fail('Parsed empty YAML file', root, 'write groups, hosts and variables into it');
    if (root.kind !== 'map') {
      fail(
        `YAML inventory has invalid structure, it should be a dictionary, got: ${kindOf(root.value)}`,
        root,
        'begin with a group: all: {hosts: {...}}',
      );
    }
    const plugin = root.value.get('plugin');
    if (plugin) {
      throw new ToaError('E_INVENTORY_PLUGIN', `the inventory plugin ${String(plugin)} is not supported`, {
        span: root.span,
        remedy: 'use an executable inventory script (--list, --host) that asks the same service',
      });
    }
    const inventory = new YamlInventory(context);
    for (const entry of root.entries) inventory.group(String(entry.key), entry.node);
    return inventory.changes;
  },
};

import { ToaError } from '../../base/errors.ts';
import { nowhere } from '../../base/span.ts';
import { loadInventory } from '../../play/inventory/index.ts';
import type { Play } from '../../play/plan.ts';
import type { VariableStore } from '../../play/variables/index.ts';
import type { World } from '../world/world.ts';

const CONNECTIONS = new Set(['ssh', 'smart', 'ssh2', 'openssh', 'paramiko', 'paramiko_ssh', 'local']);

/** What could not be read of the inventory: each source that Ansible would only warn of. */
export function inventoryProblems(world: World): ToaError[] {
  const { vault, cwd, settings } = world;
  const names = world.flags.inventory.length > 0 ? world.flags.inventory : settings.inventory;
  const warnings: string[] = [];
  const sources = { ...world.sources, warn: (message: string): void => void warnings.push(message) };
  loadInventory(names, { sources, vault, cwd, mergeHashes: false });
  const failed = warnings.filter((text) => text.includes('* Failed to parse'));
  const plugin = failed.filter((text) => text.includes('E_INVENTORY_PLUGIN'));
  return [...(plugin.length > 0 ? plugin : failed)].map(
    (text) =>
      new ToaError('E_INVENTORY_PARSE', text.replace(/^\s*\* /, ''), {
        remedy: 'use an INI or YAML file, or an executable script that prints JSON',
      }),
  );
}

function connectionOf(host: string, variables: VariableStore, world: World): string | undefined {
  const scope = variables.scope({ host });
  const value = scope.lookup('ansible_connection') ?? world.flags.connection ?? world.settings.transport;
  try {
    return String(world.templar.resolve(value, scope));
  } catch (error) {
    // It may need facts; only the run can tell.
    if (error instanceof ToaError) return undefined;
    throw error;
  }
}

/** Hosts that are reached in a way that we do not have (winrm, network_cli, docker...). */
export function connectionProblems(world: World, variables: VariableStore): ToaError[] {
  return [...world.inventory.hosts.values()].flatMap(({ name, inventoryFile }) => {
    const connection = connectionOf(name, variables, world);
    if (connection === undefined || CONNECTIONS.has(connection.replace(/^ansible\.builtin\./, ''))) return [];
    return [
      new ToaError('E_HOST_CONNECTION', `${name}: there is no connection '${connection}'`, {
        span: nowhere(inventoryFile ?? name),
        remedy: `known are ${[...CONNECTIONS].join(', ')}`,
      }),
    ];
  });
}

/** One line for each play: how many hosts its pattern names. */
export function hostLines(
  plays: readonly Play[],
  world: World,
  variables: VariableStore,
  select: (pattern: string[]) => string[],
): string[] {
  // as a run does: groups and the like are variables of every host
  const scope = variables.scope({ host: 'localhost' });
  return plays.map((play) => {
    const hosts = world.templar.resolve(play.hosts, scope, { onUndefined: 'keep' });
    const patterns = (Array.isArray(hosts) ? hosts : [hosts]).map(String);
    const place = `${play.file}:${play.span.line}: hosts ${patterns.join(',')}`;
    if (patterns.some((pattern) => pattern.includes('{{'))) return `${place}: only the run can tell`;
    const names = select(patterns);
    const shown = names.length > 8 ? `${names.slice(0, 8).join(', ')}, ...` : names.join(', ');
    return `${place}: ${names.length}${shown ? ` (${shown})` : ''}`;
  });
}

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ToaError } from '../base/errors.ts';
import {
  inventoryGraph,
  inventoryHost,
  inventoryList,
  inventoryYaml,
  type ReportSource,
} from '../play/inventory/index.ts';
import { writeOutput } from './output.ts';
import { parse } from './parse.ts';
import { lookingCommand, type OwnOption, runFlags } from './options.ts';
import { openWorld, variablesFor, type World } from './world/world.ts';

interface InventoryFlags {
  readonly list?: boolean;
  readonly host?: string;
  readonly graph?: boolean;
  readonly vars?: boolean;
  readonly yaml?: boolean;
  readonly export?: boolean;
  readonly output?: string;
  readonly playbookDir?: string;
}

function usage(message: string): ToaError {
  return new ToaError('E_USAGE', message, { remedy: 'toa-play inventory --list | --host NAME | --graph [GROUP]' });
}

const OWN: readonly OwnOption[] = [
  ['--list', 'all hosts and groups, as an inventory script prints them'],
  ['--host <name>', 'the variables of one host'],
  ['--graph', 'the tree of groups'],
  ['--vars', 'with --graph: the variables too'],
  ['-y, --yaml', 'YAML instead of JSON'],
  ['--export', 'with --list: variables at the group or host that defines them'],
  ['--output <file>', 'write there instead of to standard output'],
  ['--playbook-dir <folder>', 'read group_vars and host_vars of this folder too'],
];

function reportSource(world: World, playbookDir: string): ReportSource {
  const variables = variablesFor(world, playbookDir);
  return {
    hostVars: (host, own) => (own ? variables.hostOnly(host) : variables.merged({ host })),
    groupVars: (group) => variables.groupVars(group),
  };
}

function report(world: World, flags: InventoryFlags, top: string): string {
  const source = reportSource(world, resolve(world.cwd, flags.playbookDir ?? '.'));
  const options = { export: flags.export };
  if (flags.host !== undefined)
    return inventoryHost(world.inventory, flags.host, source, { ...options, yaml: flags.yaml });
  if (flags.graph) return inventoryGraph(world.inventory, top, flags.vars ? source : undefined);
  return (flags.yaml ? inventoryYaml : inventoryList)(world.inventory, source, options);
}

/** `toa-play inventory`: what ansible-inventory prints. Returns the exit status. */
export async function inventoryCommand(args: string[]): Promise<number> {
  const command = lookingCommand('inventory', OWN)
    .usage('--list | --host NAME | --graph [GROUP] [options]')
    .description('Shows the inventory as it is understood: groups, hosts and their variables.')
    .argument('[group]');
  parse(command, args);
  const flags: InventoryFlags = command.opts();
  const actions = [flags.list, flags.host !== undefined, flags.graph].filter(Boolean).length;
  if (actions === 0) {
    throw usage('No action selected, at least one of --host, --graph or --list needs to be specified.');
  }
  if (actions > 1) {
    throw usage('Conflicting options used, only one of --host, --graph or --list can be used at the same time.');
  }
  const world = await openWorld(runFlags(command.opts()));
  const text = report(world, flags, command.args[0] ?? 'all');
  if (flags.output === undefined) writeOutput(text.endsWith('\n') ? text : `${text}\n`);
  else writeFileSync(resolve(world.cwd, flags.output), text);
  return 0;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemSources } from '../../../src/cli/world/sources.ts';
import {
  inventoryGraph,
  inventoryList,
  inventoryYaml,
  loadInventory,
  type InventoryData,
} from '../../../src/play/inventory/index.ts';
import { createVariables, type VariableStore } from '../../../src/play/variables/index.ts';
import { loadYamlDocuments } from '../../../src/template/yaml/load.ts';
import { loadYamlVars, noVault, plainTemplar, runFacts } from '../variables/support.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

/** Recorded with ansible-inventory of ansible-core 2.14 in the fixture's folder. */
function recorded(folder: string, name: string): string {
  return readFileSync(join(FIXTURES, folder, name), 'utf8').trimEnd();
}

function load(folder: string, name: string): { inventory: InventoryData; variables: VariableStore } {
  const cwd = join(FIXTURES, folder);
  const sources = systemSources(() => {});
  const inventory = loadInventory([name], { sources, vault: noVault, cwd });
  const variables = createVariables({
    inventory,
    extraVars: new Map(),
    run: { ...runFacts, playbookDir: cwd },
    loadVars: loadYamlVars,
    sources,
    templar: plainTemplar,
  });
  return { inventory, variables };
}

describe.each([
  ['types', 'hosts'],
  ['tree', 'inv'],
])('inventory %s as ansible-inventory reports it', (folder, name) => {
  const { inventory, variables } = load(folder, name);
  const source = {
    hostVars: (host: string, own: boolean) => (own ? variables.hostOnly(host) : variables.merged({ host })),
    groupVars: (group: string) => variables.groupVars(group),
  };

  it('--list', () => {
    expect(inventoryList(inventory, source)).toBe(recorded(folder, 'list.json'));
  });

  it('--list --export', () => {
    expect(inventoryList(inventory, source, { export: true })).toBe(recorded(folder, 'export.json'));
  });

  it('--list --yaml', () => {
    // Ansible writes values that hosts share as anchors and aliases; the data is the same.
    const ours = loadYamlDocuments(inventoryYaml(inventory, source));
    expect(ours).toEqual(loadYamlDocuments(recorded(folder, 'list.yaml.txt')));
  });

  it('--graph', () => {
    expect(inventoryGraph(inventory, 'all')).toBe(recorded(folder, 'graph.txt'));
  });

  it('--graph --vars', () => {
    expect(inventoryGraph(inventory, 'all', source)).toBe(recorded(folder, 'graph-vars.txt'));
  });
});

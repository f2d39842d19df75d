#!/usr/bin/env node
// Writes docs/errors.md from the tables of docs/errors.d/, one file an area. A test compares, and looks for every code.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
const TITLES = {
  cli: 'Command line',
  'cli-language': 'vault, inventory, doctor',
  config: 'Configuration',
  yaml: 'YAML',
  playbook: 'Playbooks and roles',
  inventory: 'Inventories and variables',
  vault: 'Vault',
  template: 'Templates',
  filters: 'Filters, tests, lookups',
  engine: 'While running',
  host: 'Connections and becoming another user',
  verbs: 'Verbs',
  toa: 'Receivers and the proof',
};
const areas = readdirSync(join(docs, 'errors.d')).map((name) => name.replace(/\.md$/, ''));
const order = [...Object.keys(TITLES).filter((area) => areas.includes(area)), ...areas.filter((area) => !(area in TITLES)).sort()];
const parts = order.map((area) => {
  const rows = readFileSync(join(docs, 'errors.d', `${area}.md`), 'utf8').split('\n').filter((line) => line.startsWith('| E_') || line.startsWith('| `E_'));
  return `## ${TITLES[area] ?? area}\n\n| code | meaning | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
});
const head = `# Errors

Each error has a code that does not change, a message, where it can the place (file:line:column) with a caret, and what
to do. Made by scripts/generate-errors.mjs from docs/errors.d/.
`;
writeFileSync(join(docs, 'errors.md'), [head, ...parts].join('\n'));

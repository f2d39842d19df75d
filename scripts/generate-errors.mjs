#!/usr/bin/env node
// Writes docs/errors.md from the tables of docs/errors.d/, one file an area, and the type of all codes for the compiler
// (src/base/generated/error-codes.ts). Tests compare, and look for every code.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const docs = join(root, 'docs');
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
const order = [
  ...Object.keys(TITLES).filter((area) => areas.includes(area)),
  ...areas.filter((area) => !(area in TITLES)).sort(),
];
const rowsOf = (area) =>
  readFileSync(join(docs, 'errors.d', `${area}.md`), 'utf8')
    .split('\n')
    .filter((line) => /^\| `?E_/.test(line));
const parts = order.map((area) => {
  const rows = rowsOf(area);
  return `## ${TITLES[area] ?? area}\n\n| code | meaning | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
});
const head = `# Errors

Each error has a code that does not change, a message, where it can the place (file:line:column) with a caret, and what
to do. Made by scripts/generate-errors.mjs from docs/errors.d/.
`;
writeFileSync(join(docs, 'errors.md'), [head, ...parts].join('\n'));

/** `E_X_...` is a family: any code that begins so. */
const codes = [...new Set(order.flatMap(rowsOf).map((row) => /E_[A-Z0-9_]+(?:\.\.\.)?/.exec(row)[0]))].sort();
const typeOf = (code) => (code.endsWith('...') ? `\`${code.slice(0, -3)}\${string}\`` : `'${code}'`);
const made = join(root, 'src/base/generated');
mkdirSync(made, { recursive: true });
writeFileSync(
  join(made, 'error-codes.ts'),
  `// Made by scripts/generate-errors.mjs from docs/errors.d/: npm run generate.

/** Every code that an error can have, as documented in docs/errors.md. */
export type ErrorCode =
${codes.map((code) => `  | ${typeOf(code)}`).join('\n')};
`,
);

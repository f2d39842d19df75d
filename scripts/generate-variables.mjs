#!/usr/bin/env node
// Writes the tables of the playbooks' variables from playbooks/meta/argument_specs.yml: all of them into docs/variables.md,
// the first rows into README.md. Run `npm run build:ts` first; a test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderSpecs } from '../dist/src/cli/variables/specs.js';
import { readmeTable, variablesPage } from '../dist/src/cli/variables/page.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const specs = folderSpecs(join(root, 'playbooks'));
writeFileSync(join(root, 'docs/variables.md'), variablesPage(specs));
const readme = join(root, 'README.md');
const text = readFileSync(readme, 'utf8');
writeFileSync(
  readme,
  text.replace(
    /(<!-- variables -->\n)[\s\S]*?(<!-- \/variables -->)/,
    (_, begin, end) => begin + readmeTable(specs.get('site.yml')) + end,
  ),
);

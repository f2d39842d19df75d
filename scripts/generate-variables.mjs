#!/usr/bin/env node
// Writes the tables of the playbooks' variables from playbooks/meta/argument_specs.yml: all of them into docs/variables.md,
// the first rows into README.md. Run `npm run build:ts` first; a test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playbookSpecs } from '../dist/src/cli/variables/specs.js';
import { readmeTable, variablesPage } from '../dist/src/cli/variables/page.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const specs = new Map(
  [
    'site.yml',
    'kernel-upgrade.yml',
    'nat-balancer.yml',
    'lvs-nat.yml',
    'proxy-edge.yml',
    'custom-kernel.yml',
    'lvs-kernel.yml',
    'ipvs-2.4-kernel.yml',
    'dpvs-fullnat.yml',
    'goedge-edge.yml',
    'goedge-origin.yml',
  ].map((name) => [name, playbookSpecs(join(root, 'playbooks', name))]),
);
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

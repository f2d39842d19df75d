#!/usr/bin/env node
// Writes tasks/index.ts from the folders below tasks/: one import a verb. Run after adding a verb; a test compares.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tasks = join(dirname(dirname(fileURLToPath(import.meta.url))), 'tasks');
const verbs = readdirSync(tasks)
  .filter((name) => existsSync(join(tasks, name, 'task.ts')))
  .sort();
const lines = [
  '// Made by scripts/generate-verbs.mjs; do not edit.',
  "import type { Verb } from '../src/verb/verb.ts';",
  ...verbs.map((verb) => `import { verb as ${verb}Verb } from './${verb}/task.ts';`),
  '',
  '/** Every verb, by the order of names. */',
  'export const verbs: readonly Verb[] = [',
  ...verbs.map((verb) => `  ${verb}Verb as unknown as Verb,`),
  '];',
  '',
];
writeFileSync(join(tasks, 'index.ts'), lines.join('\n'));

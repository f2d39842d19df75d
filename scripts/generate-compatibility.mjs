#!/usr/bin/env node
// Writes the table of verbs in docs/compatibility.md between its two marks, from the built code (npm run build:ts first)
// and each verb's README. Run after adding or changing a verb; a test compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const BEGIN = '<!-- verbs: made by scripts/generate-compatibility.mjs -->';
export const END = '<!-- end of verbs -->';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const CHECK = { full: 'yes', partial: 'partly', none: 'skipped' };

/** What a verb's README says behind "Differs from Ansible:", as one line. */
export function differences(readme) {
  const found = /Differs from Ansible:([\s\S]*?)(?:\n\n|$)/.exec(readme);
  return found ? found[1].trim().replace(/\s+/g, ' ') : '';
}

const cell = (text) => text.replaceAll('|', '\\|');

/** The markdown table of verbs; `readmeOf` gives the text of a verb's README. */
export function table(verbs, readmeOf) {
  const rows = [...verbs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((verb) => {
      const names = Object.keys(verb.args.shape ?? {}).filter((name) => !name.startsWith('_'));
      const args = [...(verb.freeForm ? ['free text'] : []), ...names, ...(verb.anyArgs ? ['any'] : [])];
      const cells = [
        `\`${verb.name}\``,
        args.join(', ') || 'none',
        CHECK[verb.check],
        verb.diff ? 'yes' : '',
        differences(readmeOf(verb.name)),
      ];
      return `| ${cells.map(cell).join(' | ')} |`;
    });
  return ['| verb | arguments | --check | --diff | differs from Ansible |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

/** The document with a new table between its marks; the marks are added at the end when they are missing. */
export function inserted(document, rows) {
  const block = `${BEGIN}\n${rows}\n${END}`;
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < 0) return `${document.trimEnd()}\n\n## Verbs\n${block}\n`;
  return document.slice(0, from) + block + document.slice(to + END.length);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { verbs } = await import(pathToFileURL(join(root, 'dist/tasks/index.js')).href);
  const readmeOf = (name) => {
    const path = join(root, 'tasks', name, 'README.md');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const path = join(root, 'docs/compatibility.md');
  const document = existsSync(path) ? readFileSync(path, 'utf8') : '# What toa-play does of Ansible\n';
  writeFileSync(path, inserted(document, table(verbs, readmeOf)));
}

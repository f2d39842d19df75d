#!/usr/bin/env node
// Writes the generated parts of docs/compatibility.md on the language: settings, flags, names of filters, tests and
// lookups, known differences. From the built code (npm run build:ts first) and test/conformance/differences.yml. Run
// after a change of these; a test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cell = (text) => String(text).replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
const code = (text) => `\`${text}\``;

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}

function shownDefault(value) {
  if (value === null) return '';
  return code(Array.isArray(value) ? value.join(':') : value);
}

/** Settings with their places, and those that only lookup('config') sees. */
export function settingsTable(settings, lookupOnly, withoutEffect) {
  const rows = Object.entries(settings)
    .filter(([name]) => !Object.hasOwn(lookupOnly, name))
    .map(([, { ini, env, default: value }]) => [
      ini.map(([section, key]) => code(`[${section}] ${key}`)).join(', '),
      env.map(code).join(', '),
      shownDefault(value),
    ]);
  const unused = Object.entries(lookupOnly).map(([name, why]) => [settings[name].ini.at(-1)[1], why]);
  const none = [...unused, ...Object.entries(withoutEffect)].map(([key, why]) => `${code(key)} (${why})`);
  const words = `Without effect, each warned of once when an ansible.cfg sets it: ${none.join(', ')}; and every other setting.`;
  return `${table(['ansible.cfg', 'environment', 'default'], rows)}\n\n${words}`;
}

/** Options of the program, hidden spellings too. */
export function flagsTable(options) {
  const rows = options.map((option) => [code(option.flags), option.description || 'as in Ansible']);
  return table(['flag', 'does'], rows);
}

export function namesOf(filters, tests, lookups) {
  const line = (what, names) => {
    const all = new Set(names);
    // A collection's name is shown only where there is no short one.
    const shown = [...all].filter((name) => !name.includes('.') || !all.has(name.split('.').at(-1)));
    return `- ${what}: ${shown.sort().map(code).join(', ')}`;
  };
  return [line('filters', filters.keys()), line('tests', tests.keys()), line('lookups', lookups.keys())].join('\n');
}

/** Cases that differ on purpose, with their reasons. */
export function differencesTable(differences) {
  return table(
    ['case of test/conformance', 'difference'],
    Object.entries(differences ?? {}).map(([name, why]) => [code(name), why]),
  );
}

/** The document with new texts between its marks `<!-- NAME: made by ... -->` and `<!-- end of NAME -->`. */
export function filled(document, parts) {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const marks = new RegExp(`(<!-- ${name}: [^\\n]*-->\\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
    if (!marks.test(text)) throw new Error(`docs/compatibility.md has no marks for ${name}`);
    return text.replace(marks, (_all, begin, end) => `${begin}${part}\n${end}`);
  }, document);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const from = (path) => import(pathToFileURL(join(root, 'dist/src', path)).href);
  const { Command } = await import('commander');
  const { parse } = await import('yaml');
  const { SETTINGS, LOOKUP_ONLY, WITHOUT_EFFECT } = await from('play/config/index.js');
  const { addRunFlags } = await from('cli/options.js');
  const { registeredFilters, registeredLookups, registeredTests } = await from('template/registry.js');
  const path = join(root, 'docs/compatibility.md');
  const parts = {
    settings: settingsTable(SETTINGS, LOOKUP_ONLY, WITHOUT_EFFECT),
    flags: flagsTable(addRunFlags(new Command()).options),
    names: namesOf(registeredFilters, registeredTests, registeredLookups),
    differences: differencesTable(parse(readFileSync(join(root, 'test/conformance/differences.yml'), 'utf8'))),
  };
  writeFileSync(path, filled(readFileSync(path, 'utf8'), parts));
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { addRunFlags } from '../src/cli/options.ts';
import { LOOKUP_ONLY, SETTINGS, WITHOUT_EFFECT } from '../src/play/config/index.ts';
import { registeredFilters, registeredLookups, registeredTests } from '../src/template/registry.ts';
// @ts-expect-error a plain script, which has no types
import { differencesTable, filled, flagsTable, namesOf, settingsTable } from '../scripts/generate-language.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

it("docs/compatibility.md's tables of the language are up to date", () => {
  const document = readFileSync(join(root, 'docs/compatibility.md'), 'utf8');
  const parts = {
    settings: settingsTable(SETTINGS, LOOKUP_ONLY, WITHOUT_EFFECT),
    flags: flagsTable(addRunFlags(new Command()).options),
    names: namesOf(registeredFilters, registeredTests, registeredLookups),
    differences: differencesTable(parse(readFileSync(join(root, 'test/conformance/differences.yml'), 'utf8'))),
  };
  expect(filled(document, parts), 'run scripts/generate-language.mjs').toBe(document);
});

it('every setting without effect is one that there is', () => {
  expect(Object.keys(LOOKUP_ONLY).filter((name) => !Object.hasOwn(SETTINGS, name))).toEqual([]);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { warnOfPlugins } from '../../src/cli/names/plugins.ts';
import { systemSources } from '../../src/cli/world/sources.ts';
import type { Play } from '../../src/play/plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-plugins-'));
const sources = systemSources(() => undefined);
const put = (path: string): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), '');
};

beforeAll(() => {
  ['site.yml', 'filter_plugins/shout.py', 'callback_plugins/slack.py', 'library/mine.py'].forEach(put);
  ['roles/r/lookup_plugins/where.py', 'roles/r/test_plugins/README.md', 'roles/other/filter_plugins/x.py'].forEach(put);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('plugins in Python of a playbook and its roles are named once, before the run', () => {
  const said: string[] = [];
  const role = { path: join(folder, 'roles/r') };
  const plays = [{ roles: [role, role] }, { roles: [] }] as unknown as Play[];
  warnOfPlugins([join(folder, 'site.yml'), join(folder, 'site.yml')], plays, sources, (message) => said.push(message));
  expect(said).toEqual([
    `E_PLUGIN_PYTHON: filter plugins in Python are not run: ${folder}/filter_plugins; what uses them fails when it is reached`,
    `E_PLUGIN_PYTHON: lookup plugins in Python are not run: ${folder}/roles/r/lookup_plugins; what uses them fails when it is reached`,
  ]);
});

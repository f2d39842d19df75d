import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram, tryProgram } from '../../scripts/lib/programs.mjs';

/** A tree of its own that has what a new verb stands on. */
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'toa-new-verb-'));
  for (const path of ['scripts/new-verb.mjs', 'scripts/generate-verbs.mjs', 'scripts/lib/programs.mjs', 'tasks/shared'])
    cpSync(resolve(path), join(root, path), { recursive: true });
  for (const path of ['src', 'test', 'scripts/lib/programs.d.mts', 'node_modules', 'package.json'])
    symlinkSync(resolve(path), join(root, path));
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8')) as { compilerOptions: object };
  const options = { ...compilerOptions, noEmit: true, preserveSymlinks: true };
  writeFileSync(
    join(root, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['tasks/greet', 'tasks/index.ts'] }),
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('a new verb has the types that a verb must have, and is in the index', () => {
  expect(runProgram(process.execPath, [join(root, 'scripts/new-verb.mjs'), 'greet'])).toContain('made tasks/greet');
  expect(readFileSync(join(root, 'tasks/index.ts'), 'utf8')).toContain('./greet/task.ts');
  const types = tryProgram(resolve('node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.json')]);
  expect(types.stdout).toBe('');
}, 120_000);

it('no verb is made twice, or of a name that a playbook cannot say', () => {
  for (const name of ['shared', 'Two Words', '../up']) {
    expect(tryProgram(process.execPath, [join(root, 'scripts/new-verb.mjs'), name]).status, name).toBe(2);
  }
});

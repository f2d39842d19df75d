#!/usr/bin/env node
// Writes MANIFEST.sha256: what npm packs, with SHA-256 sums, in the form of sha256sum. `toa-play version --verbose` holds an
// installation against it. Part of `prepack`, after everything is built.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../lib/programs.mjs';
import { RECEIVERS } from './receivers.mjs';

export const MANIFEST = 'MANIFEST.sha256';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What a package cannot do without. */
const NEEDED = [
  'bin/toa-play.js',
  'dist/bundle/main.cjs',
  'dist/bundle/LICENSES.txt',
  'playbooks/site.yml',
  ...RECEIVERS,
];

/**
 * The files of a package, sorted, without the manifest itself.
 * @param {string} folder the project's
 * @returns {string[]}
 * @throws {Error} when what runs on servers, or the program itself, was not built
 */
export function packedFiles(folder = root) {
  const told = runProgram('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: folder });
  const paths = JSON.parse(told)[0].files.map((file) => file.path);
  const missing = NEEDED.filter((path) => !paths.includes(path));
  if (missing.length > 0) throw new Error(`not a whole package, these are missing: ${missing.join(', ')}`);
  return paths.filter((path) => path !== MANIFEST).sort();
}

export const sha256 = (data) => createHash('sha256').update(data).digest('hex');

/** @param {string[]} paths relative to `folder` */
export function manifestOf(paths, folder = root) {
  return paths.map((path) => `${sha256(readFileSync(join(folder, path)))}  ${path}\n`).join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, MANIFEST), manifestOf(packedFiles()));
}

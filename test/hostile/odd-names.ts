import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../scripts/lib/programs.mjs';

/** Names that a program takes for an option, a command or a second name where it is handed on carelessly. */
export const NAMES: readonly string[] = [
  'a\nb',
  '-rf',
  "x'\ntoa-pwned\n'",
  '$(toa-pwned)',
  '`toa-pwned`',
  ';toa-pwned;',
  '&toa-pwned',
  '|toa-pwned',
  ' ',
  'a b',
  "q'q",
  'd"d',
  '*',
  '[x]',
  '\\n',
  '%s%n',
  'é',
  '#c',
  '=x',
  '~root',
  '--help',
  '--to-command=toa-pwned',
  '--checkpoint-action=exec=toa-pwned',
  '--upload-pack=toa-pwned',
  '-oProxyCommand=toa-pwned',
  '-oDPkg::Pre-Invoke::=toa-pwned',
  '--pre-invoke=toa-pwned',
  'e toa-pwned',
  'x is ;s,.*,toa-pwned,e',
  '1e toa-pwned',
  'y'.repeat(255),
];

/** The store that `Place` describes, for a tree of odd names. */
export function makeStore(store: string, run: (command: string, words: string[]) => void = runProgram): void {
  mkdirSync(join(store, 'tree/deep'), { recursive: true });
  mkdirSync(join(store, 'fetched'));
  writeFileSync(join(store, 'file'), 'x\n');
  writeFileSync(join(store, 'fstab'), '');
  writeFileSync(join(store, 'script'), '#!/bin/sh\ntrue "$@"\n', { mode: 0o755 });
  for (const name of ['f', 'g', 'deep/h']) writeFileSync(join(store, 'tree', name), `${name}\n`);
  symlinkSync('f', join(store, 'tree/l'));
  run('tar', ['-C', join(store, 'tree'), '-cf', join(store, 'tree.tar'), '.']);
  run('git', ['init', '-q', '-b', 'main', join(store, 'repo')]);
  const git = ['-C', join(store, 'repo'), '-c', 'user.name=t', '-c', 'user.email=t@t'];
  run('git', [...git, 'commit', '-q', '--allow-empty', '-m', 'first']);
}

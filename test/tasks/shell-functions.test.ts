import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runProgram } from '../../scripts/lib/programs.mjs';

// Shell halves are joined on the host: a function that one file renames is missed by another at run time only.
const FILES = runProgram('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'tasks', 'src'])
  .split('\n')
  .filter((file) => file.endsWith('.sh'));
/** Defined by the text that the controller sends with a job (src/host/detached). */
const SENT = new Set(['toa_detached_call']);

const code = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    // variables, numbers and the words of curl are no calls
    .map((line) => line.replace(/[$%]\{[^}]*\}?|\$\(\([^)]*\)?/g, ''));

const definitions = new Set(
  FILES.flatMap((file) =>
    [
      ...code(file)
        .join('\n')
        .matchAll(/^\s*([a-z_][a-z0-9_]*)\(\)/gm),
    ].map((found) => found[1]),
  ),
);
/** Names of ours, of which some function is defined, begin so: toa, kmod, place... */
const prefixes = new Set([...definitions].map((name) => name.split('_')[0]).filter((prefix) => prefix !== ''));

function calls(line: string): string[] {
  const begins = /(?:^|[;&|({!`]|\b(?:if|then|else|elif|do|while|until)\s)\s*([a-z]+_[a-z0-9_]+)(?![\w=[+-]|\(\))/g;
  return [...line.matchAll(begins)].map((found) => found[1]).filter((name) => prefixes.has(name.split('_')[0]));
}

it('every function that a shell half calls is defined in some file', () => {
  expect(FILES.length).toBeGreaterThan(60);
  const found = FILES.flatMap((file) => code(file).flatMap((line) => calls(line).map((name) => ({ file, name }))));
  expect(found.length).toBeGreaterThan(500);
  const missing = found.filter(({ name }) => !definitions.has(name) && !SENT.has(name));
  expect(missing).toEqual([]);
});

it('no two files define a function of one name: both may be in the same shell of a host', () => {
  const defined = FILES.flatMap((file) => {
    const text = readFileSync(file, 'utf8').split('\n');
    return text.flatMap((line) => /^([a-z_][a-z0-9_]*)\(\)/.exec(line)?.[1] ?? []).map((name) => ({ file, name }));
  });
  const first = new Map<string, string>();
  for (const { name, file } of defined) if (!first.has(name)) first.set(name, file);
  expect(defined.filter(({ name, file }) => first.get(name) !== file)).toEqual([]);
});

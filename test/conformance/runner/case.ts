import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a case that describe it; the rest belongs to the playbook. */
export const DESCRIPTION: ReadonlySet<string> = new Set([
  'about',
  'args',
  'args.2',
  'args.3',
  'env',
  'expect.alt.json',
  'expect.json',
  'needs',
  'output_has',
  'output_not',
  'playbook',
]);

export interface Case {
  readonly name: string;
  readonly folder: string;
  readonly needs: readonly string[];
  readonly playbooks: readonly string[];
  /** Arguments of each run, in order. */
  readonly runs: readonly (readonly string[])[];
  readonly env: readonly (readonly [string, string])[];
  readonly outputHas: readonly string[];
  readonly outputNot: readonly string[];
}

/** Lines of a description file; empty ones and those with `# ` are left out. */
function linesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('# '));
}

export function readCase(folder: string, name: string): Case {
  const lines = (file: string): string[] => linesOf(join(folder, name, file));
  const playbooks = lines('playbook');
  const more = ['args.2', 'args.3'].filter((file) => existsSync(join(folder, name, file)));
  return {
    name,
    folder: join(folder, name),
    needs: lines('needs').flatMap((line) => line.split(/\s+/)),
    playbooks: playbooks.length > 0 ? playbooks : ['site.yml'],
    runs: ['args', ...more].map(lines),
    env: lines('env').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
    outputHas: lines('output_has'),
    outputNot: lines('output_not'),
  };
}

/** All cases of a folder, by name. */
export function readCases(folder: string): Case[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'expect.json')))
    .sort()
    .map((name) => readCase(folder, name));
}

import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryProgram } from '../../scripts/lib/programs.mjs';

const FIXTURES = resolve('test/play/inventory/fixtures');
const ACTIONS = [
  '--list',
  '--list --export',
  '--graph',
  '--graph --vars',
  '--graph web',
  '--host h1',
  '--host h1 -y',
  '--host nobody',
  '',
  '--list --graph',
];

function run(command: string, args: string[]): { status: number | null; stdout: string } {
  const env = { ...process.env, ANSIBLE_LOCALHOST_WARNING: '0' };
  const { status, stdout } = tryProgram(command, args, { cwd: '/', env });
  return { status, stdout };
}

describe('toa-play inventory prints what ansible-inventory prints', () => {
  const cases = ['types/hosts', 'tree/inv'].flatMap((source) => ACTIONS.map((action) => [source, action] as const));
  it.each(cases)('%s %s', (source, action) => {
    const args = [...action.split(' ').filter(Boolean), '-i', resolve(FIXTURES, source)];
    const theirs = run('ansible-inventory', args);
    const ours = run(process.execPath, [resolve('bin/toa-play.js'), 'inventory', ...args]);
    expect(ours.status === 0).toBe(theirs.status === 0);
    if (theirs.status === 0) expect(ours.stdout).toBe(theirs.stdout);
  });
});

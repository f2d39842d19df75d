import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromJs, type Value } from '../../../src/base/value.ts';
import type { TemplatePorts } from '../../../src/template/contract.ts';
import { lookups } from '../../../src/template/lookups/index.ts';
import { pyRepr } from '../../../src/template/python/print.ts';
import { sharedScratch } from '../../support/scratch.ts';
import { context, keywords, realPorts } from '../filters/harness.ts';

const folder = sharedScratch();
mkdirSync(join(folder, 'files'));
writeFileSync(join(folder, 'files/a.txt'), 'hello\n');

interface Call {
  kwargs?: Record<string, unknown>;
  vars?: Record<string, unknown>;
  ports?: Partial<TemplatePorts>;
}

function look(name: string, terms: unknown[], { kwargs, vars, ports }: Call = {}): Value[] {
  const lookup = lookups.get(name);
  if (!lookup) throw new Error(`no lookup ${name}`);
  const call = context({ playbook_dir: folder, ...vars }, realPorts(folder, ports));
  return lookup(call, terms.map(fromJs), keywords(kwargs));
}

describe('lookups', () => {
  it('read files, and say which one is missing', () => {
    expect(look('file', ['a.txt'])).toEqual(['hello']);
    const error = { code: 'E_LOOKUP_FAILED', message: 'could not locate file in lookup: nope' };
    expect(() => look('file', ['nope'])).toThrow(expect.objectContaining(error));
  });

  it('warn of a file that is missing, as Ansible does', () => {
    const warnings: string[] = [];
    const ports = { warn: (message: string) => void warnings.push(message) };
    expect(() => look('file', ['nope'], { ports })).toThrow('could not locate');
    expect(warnings).toEqual(["Unable to find 'nope' in expected paths (use -vvvvv to see paths)"]);
  });

  it('find the first file', () => {
    expect(look('first_found', ['nope', 'a.txt'])).toEqual([join(folder, 'files/a.txt')]);
    expect(() => look('first_found', ['nope'])).toThrow('No file was found when using first_found.');
    expect(look('first_found', [{ files: 'nope', skip: true }])).toEqual([]);
  });

  it('count', () => {
    expect(look('sequence', ['start=0 count=3 format=host%02d'])).toEqual(['host00', 'host01', 'host02']);
    expect(() => look('sequence', ['3-1'])).toThrow('to count backwards make stride negative');
  });

  it('combine lists', () => {
    expect(look('nested', [[1, 2], ['a']])).toEqual([
      [1, 'a'],
      [2, 'a'],
    ]);
    expect(look('cartesian', [[1, 2], 'x'])).toHaveLength(2);
    expect(look('flattened', [[1, [2, [3]]]])).toEqual([1, 2, 3]);
    expect(pyRepr(look('subelements', [[{ n: 'a', k: [1, 2] }], 'k']))).toBe("[({'n': 'a'}, 1), ({'n': 'a'}, 2)]");
  });

  it('run commands', () => {
    expect(look('pipe', ['echo x; exit 0'])).toEqual(['x']);
    expect(() => look('pipe', ['exit 4'])).toThrow('lookup_plugin.pipe(exit 4) returned 4');
  });

  it('make a password once and keep it', () => {
    const ports = { writeFile: (path: string, text: string, mode: number) => writeFileSync(path, text, { mode }) };
    const [first] = look('password', ['secret length=12 chars=digits'], { ports });
    expect(first).toMatch(/^\d{12}$/);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe(`${String(first)}\n`);
    expect(look('password', ['secret length=12 chars=digits'], { ports })).toEqual([first]);
  });

  it('read settings and addresses through the ports', () => {
    const config = (name: string): Value | undefined => (name === 'DEFAULT_FORKS' ? 5 : undefined);
    expect(look('config', ['DEFAULT_FORKS'], { ports: { config } })).toEqual([5]);
    expect(() => look('config', ['NOPE'], { ports: { config } })).toThrow('Unable to find setting NOPE');
    expect(look('url', ['http://x/'], { ports: { fetch: () => 'a\nb\n' } })).toEqual(['a', 'b']);
  });

  it('refuse options they do not have', () => {
    const error = { code: 'E_LOOKUP_ARGS', message: "the lookup file has no option 'nope'" };
    expect(() => look('file', ['a.txt'], { kwargs: { nope: 1 } })).toThrow(expect.objectContaining(error));
  });
});

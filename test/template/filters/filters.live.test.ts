import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromJs } from '../../../src/base/value.ts';
import { ansibleFilters } from '../../../src/template/filters/ansible/index.ts';
import { lookups } from '../../../src/template/lookups/index.ts';
import { pyRepr } from '../../../src/template/python/print.ts';
import { ansibleTests } from '../../../src/template/tests/ansible.ts';
import { filterCases } from './filter-cases.ts';
import { sharedScratch } from '../../support/scratch.ts';
import { askAnsible, context, keywords, realPorts, type Answer, type Case } from './harness.ts';
import { lookupCases, lookupFiles, testCases } from './other-cases.ts';

function found<T>(plugins: ReadonlyMap<string, T>, name: string): T {
  const plugin = plugins.get(name);
  if (plugin === undefined) throw new Error(`there is no ${name}`);
  return plugin;
}

function ours({ kind, name, value, args = [], kwargs, vars }: Case, folder: string): Answer {
  const call = context({ ...vars, playbook_dir: folder }, realPorts(folder));
  const values = args.map(fromJs);
  try {
    if (kind === 'filter')
      return { repr: pyRepr(found(ansibleFilters, name)(call, fromJs(value), values, keywords(kwargs))) };
    if (kind === 'test')
      return { repr: pyRepr(found(ansibleTests, name)(call, fromJs(value), values, keywords(kwargs))) };
    return { repr: pyRepr(found(lookups, name)(call, values, keywords(kwargs))) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function label({ name, value, args, kwargs }: Case): string {
  return `${name} ${JSON.stringify([value, args, kwargs]).slice(0, 300)}`;
}

const folder = sharedScratch();

function differences(cases: readonly Case[]): string {
  for (const [path, text] of Object.entries(lookupFiles)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const theirs = askAnsible(cases, folder);
  return cases
    .flatMap((one, index) => {
      const mine = ours(one, folder);
      const want = theirs[index];
      const same = want.error === undefined ? mine.repr === want.repr : mine.error !== undefined;
      return same
        ? []
        : [`${label(one)}\n  ansible: ${want.repr ?? want.error}\n  ours:    ${mine.repr ?? mine.error}`];
    })
    .join('\n');
}

// A live test: it needs ansible-core 2.14 and Debian's python3.
describe('the answers are those of Ansible', () => {
  it(`for ${filterCases.length} calls of filters`, { timeout: 60_000 }, () => {
    expect(differences(filterCases)).toBe('');
  });
  it(`for ${testCases.length} calls of tests`, { timeout: 60_000 }, () => {
    expect(differences(testCases)).toBe('');
  });
  it(`for ${lookupCases.length} calls of lookups`, { timeout: 60_000 }, () => {
    expect(differences(lookupCases)).toBe('');
  });
});

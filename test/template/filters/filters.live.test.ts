import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromJs } from '../../../src/base/value.ts';
import { ansibleFilters } from '../../../src/template/filters/ansible/index.ts';
import { pyRepr } from '../../../src/template/print.ts';
import { filterCases } from './filter-cases.ts';
import { askAnsible, context, keywords, realPorts, type Answer, type Case } from './harness.ts';

function ours({ name, value, args = [], kwargs }: Case, folder: string): Answer {
  const filter = ansibleFilters.get(name);
  if (!filter) throw new Error(`no filter ${name}`);
  try {
    const result = filter(context({}, realPorts(folder)), fromJs(value), args.map(fromJs), keywords(kwargs));
    return { repr: pyRepr(result) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function label({ name, value, args, kwargs }: Case): string {
  return `${name} ${JSON.stringify([value, args, kwargs]).slice(0, 300)}`;
}

// A live test: it needs ansible-core 2.14 and Debian's python3.
describe('filters answer as Ansible does', () => {
  it(`in ${filterCases.length} cases`, { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'toa-filters-'));
    const theirs = askAnsible(filterCases, folder);
    const differences = filterCases.flatMap((one, index) => {
      const mine = ours(one, folder);
      const want = theirs[index];
      const same = want.error === undefined ? mine.repr === want.repr : mine.error !== undefined;
      return same
        ? []
        : [`${label(one)}\n  ansible: ${want.repr ?? want.error}\n  ours:    ${mine.repr ?? mine.error}`];
    });
    expect(differences.join('\n')).toBe('');
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { templateText } from '../../../src/base/template-text.ts';
import type { Filter } from '../../../src/template/contract.ts';
import { pyRepr, pyStr } from '../../../src/template/python/print.ts';
import { createTemplar } from '../../../src/template/templar.ts';
import { expressions, expressionVariables } from './expressions.ts';
import { sharedScratch } from '../../support/scratch.ts';
import { askAnsible, context, realPorts, type Answer } from './harness.ts';

const folder = sharedScratch();

function fillFolder(): void {
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files/a.txt'), 'text of a\n');
}

// A live test: it needs ansible-core 2.14 and Debian's python3.
describe('whole expressions', () => {
  it(`give what Ansible gives, ${expressions.length} of them`, () => {
    fillFolder();
    const filters = new Map<string, Filter>([['test_repr', (_context, value) => pyRepr(value)]]);
    const templar = createTemplar(realPorts(folder), { filters });
    const { scope } = context({ ...expressionVariables, playbook_dir: folder });
    const evaluate = (source: string): Answer => {
      const text = templateText(`{{ (${source}) | test_repr }}`, { file: 'x', line: 1, column: 1 });
      try {
        return { repr: pyStr(templar.render(text, scope, { convert: false })) };
      } catch (error) {
        return { error: (error as Error).message };
      }
    };
    const cases = expressions.map((expression) => ({ expression, vars: expressionVariables }));
    const theirs = askAnsible(cases, folder);
    const differences = expressions.flatMap((expression, index) => {
      const mine = evaluate(expression);
      const want = theirs[index];
      const same = want.error === undefined ? mine.repr === want.repr : mine.error !== undefined;
      return same
        ? []
        : [`${expression}\n  ansible: ${want.repr ?? want.error}\n  ours:    ${mine.repr ?? mine.error}`];
    });
    expect(differences.join('\n')).toBe('');
  });
});

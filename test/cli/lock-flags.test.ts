import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addRunFlags, runFlags } from '../../src/cli/options.ts';
import { parse } from '../../src/cli/parse.ts';

it.each([
  [['site.yml'], undefined, false],
  [['--wait', 'site.yml'], Infinity, false],
  [['--wait=60', 'site.yml', '--take-lock'], 60, true],
])('%j: how long a lock is waited for, and whether it is taken', (words, wait, takeLock) => {
  const command = addRunFlags(new Command().exitOverride());
  parse(command, words);
  expect(command.args).toEqual(['site.yml']);
  expect(runFlags(command.opts())).toMatchObject({ wait, takeLock });
});

it('--wait=soon is refused', () => {
  const command = addRunFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  expect(() => parse(command, ['--wait=soon'])).toThrow(/a whole number is wanted/);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../test/support/isolated.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

// The real locale-gen, in a root of its own.
let isolated: Isolated;
beforeAll(() => {
  isolated = openIsolated(['/etc', '/usr/lib/locale']);
});
afterAll(() => isolated.close());

const sh = async (text: string): Promise<string> => {
  const shell = await isolated.session.shell();
  return (await shell.call({ scripts: [], fn: 'eval', args: [text] })).stdout;
};
const run = async (args: Record<string, unknown>): Promise<ModuleResult> =>
  runVerb(verb, args, await isolated.session.shell());

it('makes a locale that the list lacks, and takes it away', async () => {
  await sh("rm -f /usr/lib/locale/locale-archive; printf '# mine' >/etc/locale.gen");
  for (const changed of [true, false]) expect(await run({ name: 'fr_BE@euro' })).toMatchObject({ changed });
  expect(await sh('cat /etc/locale.gen')).toBe('# mine\nfr_BE@euro ISO-8859-15\n');
  expect(await sh('locale -a')).toContain('fr_BE@euro\n');
  for (const changed of [true, false])
    expect(await run({ name: 'fr_BE@euro', state: 'absent' })).toMatchObject({ changed, msg: 'OK' });
  expect(await sh('cat /etc/locale.gen; locale -a')).toMatch(/^# mine\n# fr_BE@euro ISO-8859-15\n(?![^]*\nfr_BE)/);
});

it('refuses what no list knows', async () => {
  for (const name of ['xx_YY.UTF-8', 'de_CH.utf8', 'C.utf8'])
    expect(await run({ name })).toMatchObject({
      failed: true,
      msg: "The locale you've entered is not available on your system.",
    });
  expect(await run({ name: '../../etc' })).toMatchObject({ failed: true });
});

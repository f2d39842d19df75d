import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

const RULES = 'all:\nfail:\n\t@echo trying\n\tfalse\nwords:\n\t@echo $(A) $(B) $(C)\n';

forEachShell('make.sh', (getShell) => {
  const at = useScratch();
  const folder = (): string => {
    writeFileSync(at('Makefile'), RULES);
    return dirname(at('Makefile'));
  };

  it('gives variables as they are, and what make printed', async () => {
    const args = { chdir: folder(), target: 'words', params: { A: "'a  b;c'", B: 1, C: null } };
    const result = await runVerb(verb, args, await getShell());
    expect(result).toMatchObject({ changed: true, stdout: 'a  b;c 1 None', stderr: '', params: { B: 1, C: null } });
  });

  it("fails with make's own words", async () => {
    const shell = await getShell();
    const chdir = folder();
    expect(await runVerb(verb, { chdir, target: 'fail' }, shell)).toMatchObject({
      failed: true,
      rc: 2,
      stdout: 'trying\nfalse\n',
      msg: expect.stringMatching(/make: \*\*\* \[Makefile:4: fail\] Error 1$/) as unknown,
      cmd: expect.stringMatching(/make fail$/) as unknown,
    });
    expect(await runVerb(verb, { chdir, target: 'none' }, shell)).toMatchObject({
      msg: expect.stringContaining("No rule to make target 'none'") as unknown,
    });
    expect(await runVerb(verb, { chdir, make: '/nope' }, shell)).toMatchObject({
      failed: true,
      msg: expect.stringContaining('"/nope"') as unknown,
    });
  });

  it('is no way to other folders, or to options', async () => {
    const shell = await getShell();
    const chdir = folder();
    expect(await runVerb(verb, { chdir: at('none') }, shell)).toMatchObject({ failed: true });
    expect(await runVerb(verb, { chdir, target: '--eval=x:;touch y' }, shell)).toMatchObject({ failed: true });
    expect(await runVerb(verb, { chdir, params: { '--eval': 'x' } }, shell)).toMatchObject({ failed: true });
    expect(existsSync(at('y'))).toBe(false);
  });
});

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, verbContext } from '../../test/support/verb-context.ts';
import { readSource, sourceTar } from '../shared/receiver/kmod.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

forEachShell('toa_source', (shell) => {
  const at = useScratch();

  it('finds the bundled source, whose tar unpacks to what it was made from', async () => {
    const found = await runVerb(verb, {}, await shell());
    expect(found).toMatchObject({
      changed: false,
      source: '',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      version: '1.0.0',
    });
    const source = await readSource('', verbContext(await shell()));
    writeFileSync(at('s.tar'), sourceTar(source));
    mkdirSync(at('out'));
    runProgram('tar', ['-xf', at('s.tar'), '-C', at('out')]);
    for (const name of ['Kbuild', 'main.c', 'compat/probes/proc_ops.c', 'include/toa_option.h'])
      expect(readFileSync(at('out', name))).toEqual(Buffer.from(source.files.get(name) ?? 'missing'));
  });

  it('refuses what is not pinned or not a module', async () => {
    mkdirSync(at('empty'));
    await expect(runVerb(verb, { path: at('empty') }, await shell())).rejects.toMatchObject({ code: 'E_TOA_SOURCE' });
    expect(await runVerb(verb, { git: 'https://example.com/x', version: 'main' }, await shell())).toMatchObject({
      failed: true,
      code: 'E_TOA_SOURCE',
    });
    writeFileSync(at('a.tar'), 'x');
    expect(await runVerb(verb, { archive: at('a.tar') }, await shell())).toMatchObject({ failed: true });
    const wrong = runVerb(
      verb,
      { archive: at('a.tar'), checksum: createHash('sha256').update('y').digest('hex') },
      await shell(),
    );
    await expect(wrong).rejects.toMatchObject({ code: 'E_TOA_SOURCE_CHECKSUM' });
  });
});

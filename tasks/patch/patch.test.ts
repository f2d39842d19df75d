import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

const hunk = (name: string): string => `--- a/${name}\n+++ b/${name}\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n`;

forEachShell('patch.sh', (getShell) => {
  const at = useScratch();
  const text = (name: string): string => readFileSync(at(name), 'utf8');

  it('patches one file by its name, and takes it back', async () => {
    const shell = await getShell();
    writeFileSync(at('p'), hunk('f'));
    writeFileSync(at('other name'), 'a\nb\nc\n');
    const args = { src: at('p'), dest: at('other name') };
    expect(await runVerb(verb, args, shell, { check: true })).toMatchObject({ changed: true });
    expect(text('other name')).toBe('a\nb\nc\n');
    for (const changed of [true, false]) expect(await runVerb(verb, args, shell)).toMatchObject({ changed });
    expect(text('other name')).toBe('a\nB\nc\n');
    const back = { ...args, remote_src: true, state: 'absent' };
    for (const changed of [true, false]) expect(await runVerb(verb, back, shell)).toMatchObject({ changed });
    expect(text('other name')).toBe('a\nb\nc\n');
  });

  it('changes nothing where a part does not fit', async () => {
    const shell = await getShell();
    mkdirSync(at('tree'));
    writeFileSync(at('p'), hunk('f') + hunk('g'));
    writeFileSync(at('tree/f'), 'a\nb\nc\n');
    writeFileSync(at('tree/g'), 'zzz\n');
    const args = { src: at('p'), basedir: at('tree'), strip: 1, backup: true };
    for (const check of [true, false])
      expect(await runVerb(verb, args, shell, { check })).toMatchObject({
        failed: true,
        msg: '1 out of 1 hunk FAILED',
      });
    expect(text('tree/f')).toBe('a\nb\nc\n');
    expect(readdirSync(at('tree')).sort()).toEqual(['f', 'g']);
  });

  it('says what is missing', async () => {
    const shell = await getShell();
    writeFileSync(at('p'), hunk('f'));
    const said = async (args: Record<string, unknown>): Promise<unknown> => (await runVerb(verb, args, shell)).msg;
    expect(await said({ src: at('p') })).toBe('one of the following is required: dest, basedir');
    expect(await said({ src: at('p'), dest: at('f') })).toBe(`dest ${at('f')} doesn't exist or not writable`);
    expect(await said({ src: at('p'), basedir: at('d') })).toBe(`basedir ${at('d')} doesn't exist`);
    const remote = { src: at('q'), basedir: at('.'), remote_src: true };
    expect(await said(remote)).toBe(`src ${at('q')} doesn't exist or not readable`);
  });
});

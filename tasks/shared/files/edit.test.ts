import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ModuleResult } from '../../../src/base/result.ts';
import type { Call } from '../../../src/host/contract.ts';
import { useScratch } from '../../../test/support/scratch.ts';
import { forEachShell } from '../../../test/support/shells.ts';
import { runVerb } from '../../../test/support/verb-context.ts';
import { verb as lineinfile } from '../../lineinfile/task.ts';
import { verb as replace } from '../../replace/task.ts';

forEachShell('edits of one file after another', (shell) => {
  const at = useScratch();
  const text = (name = 'f'): string => readFileSync(at(name), 'utf8');
  /** Adds a line and says which calls that took. */
  const add = async (line: string, more: Record<string, unknown> = {}): Promise<[ModuleResult, string[]]> => {
    const calls: Call[] = [];
    const result = await runVerb(lineinfile, { path: at('f'), line, create: true, ...more }, await shell(), { calls });
    return [result, calls.map(({ fn }) => fn)];
  };
  const long = 'x'.repeat(2000);

  it.each(['first', long])('read it once', async (first) => {
    expect((await add(first))[1]).toEqual(['edit_read', 'edit_write']);
    expect(await add('second')).toMatchObject([{ changed: true, msg: 'line added' }, ['edit_write']]);
    expect(await add('second')).toMatchObject([{ changed: false }, ['edit_attributes']]);
    expect(await add('second', { mode: '0600' })).toMatchObject([{ changed: true }, ['edit_attributes']]);
    expect(statSync(at('f')).mode & 0o777).toBe(0o600);
    const calls: Call[] = [];
    await runVerb(replace, { path: at('f'), regexp: '^second', replace: 'third' }, await shell(), { calls });
    expect(calls.map(({ fn }) => fn)).toEqual(['edit_write']);
    expect(text()).toBe(`${first}\nthird\n`);
  });

  it.each([
    ['written by others', () => writeFileSync(at('f'), 'other\n'), 'other\nsecond\n'],
    ['as long as it was', () => writeFileSync(at('f'), 'FIRST\n'), 'FIRST\nsecond\n'],
    ['removed', () => rmSync(at('f')), 'second\n'],
  ])('read it again when it was %s', async (_, change, wanted) => {
    await add('first');
    change();
    expect(await add('second')).toMatchObject([{ changed: true }, ['edit_write', 'edit_read', 'edit_write']]);
    expect(text()).toBe(wanted);
  });

  it('find a text gone that was to stay', async () => {
    await add('first');
    writeFileSync(at('f'), 'other\n');
    expect(await add('first')).toMatchObject([{ changed: true }, ['edit_attributes', 'edit_read', 'edit_write']]);
    expect(text()).toBe('other\nfirst\n');
  });

  it('do not guess where sums cannot be computed', async () => {
    writeFileSync(at('sha1sum'), '#!/bin/sh\nexit 1\n');
    for (const name of ['openssl', 'busybox']) symlinkSync('sha1sum', at(name));
    chmodSync(at('sha1sum'), 0o755);
    const environment = { PATH: `${at()}:${process.env['PATH']}` };
    const edit = async (line: string): Promise<string[]> => {
      const calls: Call[] = [];
      await runVerb(lineinfile, { path: at('f'), line, create: true }, await shell(), { calls, environment });
      return calls.map(({ fn }) => fn);
    };
    await edit(long);
    writeFileSync(at('f'), 'other\n');
    expect(await edit('second')).toEqual(['edit_write', 'edit_read', 'edit_write']);
    expect(text()).toBe('other\nsecond\n');
  });

  it('read a long text each time', async () => {
    await add('x'.repeat(9000));
    expect((await add('second'))[1]).toEqual(['edit_read', 'edit_write']);
  });

  it('read it under --check', async () => {
    await add('first');
    const calls: Call[] = [];
    await runVerb(lineinfile, { path: at('f'), line: 'second' }, await shell(), { calls, check: true });
    expect(calls[0].fn).toBe('edit_read');
    expect(text()).toBe('first\n');
  });
});

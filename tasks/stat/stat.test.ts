import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const COSTLY = ['checksum', 'mimetype', 'charset', 'version', 'attr_flags', 'attributes'];

forEachShell('stat', (shell) => {
  const at = useScratch();
  const run = async (args: Record<string, unknown>): Promise<Record<string, unknown>> =>
    (await runVerb(verb, args, await shell()))['stat'] as Record<string, unknown>;

  it.each(['f', "o'dd \\ name=1"])('tells everything of the file %j', async (name) => {
    const path = at(name);
    writeFileSync(path, 'hello\n');
    chmodSync(path, 0o640);
    const sum = (algorithm: string): string => createHash(algorithm).update('hello\n').digest('hex');
    const found = await run({ path });
    expect(found).toMatchObject({ exists: true, isreg: true, mode: '0640', size: 6, checksum: sum('sha1') });
    expect(found).toMatchObject({ inode: statSync(path).ino, readable: true, writeable: true });
    expect(await run({ path, checksum_algorithm: 'sha256' })).toMatchObject({ checksum: sum('sha256') });
    const bare = await run({ path, get_checksum: false, get_mime: false, get_attributes: false });
    for (const key of ['checksum', 'mimetype', 'attr_flags']) expect(bare).not.toHaveProperty(key);
  });

  it('makes only what is read, whatever was asked for', async () => {
    const path = at('f');
    writeFileSync(path, 'hello\n');
    const keysWith = async (...read: readonly string[]): Promise<string[]> => {
      const isRead = ([first, key]: readonly string[]): boolean => first === 'stat' && read.includes(key);
      const { stat } = await runVerb(verb, { path }, await shell(), { isRead });
      return Object.keys(stat as object).filter((key) => COSTLY.includes(key));
    };
    expect(await keysWith()).toEqual([]);
    expect(await keysWith('checksum')).toEqual(['checksum']);
    expect(await keysWith('charset')).toEqual(['mimetype', 'charset']);
    expect(await keysWith('attributes')).toEqual(['version', 'attr_flags', 'attributes']);
  });

  it('asks no process for what a shell can tell', async () => {
    const isRead = (path: readonly string[]): boolean => ['exists', 'isdir', 'islnk'].includes(path[1]);
    const some = async (args: Record<string, unknown>): Promise<Record<string, unknown>> =>
      (await runVerb(verb, args, await shell(), { isRead }))['stat'] as Record<string, unknown>;
    mkdirSync(at('d'));
    symlinkSync('d', at('l'));
    symlinkSync('none', at('broken'));
    writeFileSync(at('f\ntype=directory'), 'x');
    const whole = await run({ path: at('d') });
    const keys = ['exists', 'path', 'readable', 'writeable', 'executable'];
    const kinds = ['isdir', 'ischr', 'isblk', 'isreg', 'isfifo', 'islnk', 'issock'];
    expect(Object.keys(await some({ path: at('d') })).sort()).toEqual([...keys, ...kinds].sort());
    for (const [name, args] of [['d'], ['l'], ['l', { follow: true }], ['broken'], ['f\ntype=directory']] as const) {
      const found = await some({ path: at(name), ...args });
      expect(await run({ path: at(name), ...args })).toMatchObject(found);
    }
    expect(await some({ path: '/dev/null' })).toMatchObject({ ischr: true, isreg: false, writeable: true });
    expect(await some({ path: at('broken'), follow: true })).toEqual({ exists: false });
    expect(await some({ path: at('none') })).toEqual({ exists: false });
    expect(Object.keys(whole)).toEqual(expect.arrayContaining(['mode', 'size', 'pw_name']));
  });

  it('names every key that takes a process', async () => {
    symlinkSync('d', at('l'));
    const asked = new Set<string>();
    const isRead = ([, key]: readonly string[]): boolean => !asked.add(key);
    const found = Object.keys(await run({ path: at('l') }));
    await runVerb(verb, { path: at('l') }, await shell(), { isRead });
    const byShell = Object.keys((await runVerb(verb, { path: at('l') }, await shell(), { isRead }))['stat'] as object);
    expect(found.filter((key) => !asked.has(key) && !byShell.includes(key))).toEqual([]);
  });

  it('says what file(1) says', async () => {
    const path = at('script');
    writeFileSync(path, '#!/bin/sh\necho hello\n');
    const said = runProgram('file', ['--mime-type', '--mime-encoding', '-b', path]).trim();
    const { mimetype, charset } = await run({ path });
    expect(`${mimetype as string}; charset=${charset as string}`).toBe(said);
  });

  it('takes no line of a name for one of its own', async () => {
    const path = at('l\nexists=0');
    symlinkSync('50%0A\nstat=1\nchecksum=forged', path);
    const found = await run({ path });
    expect(found).toMatchObject({ exists: true, islnk: true, path, lnk_target: '50%0A\nstat=1\nchecksum=forged' });
    expect(found).not.toHaveProperty('checksum');
    const file = at('f\nchecksum=forged');
    writeFileSync(file, 'hello\n');
    const sum = createHash('sha1').update('hello\n').digest('hex');
    expect(await run({ path: file })).toMatchObject({ isreg: true, path: file, checksum: sum });
    expect((await run({ path: file, get_checksum: false }))['checksum']).toBeUndefined();
  });

  it('tells of links, folders, what links lead to, and what is not there', async () => {
    mkdirSync(at('d'));
    symlinkSync('d', at('l'));
    expect(await run({ path: at('d') })).toMatchObject({ isdir: true, mimetype: 'inode/directory' });
    expect(await run({ path: at('l') })).toMatchObject({ islnk: true, lnk_target: 'd', lnk_source: at('d') });
    expect(await run({ path: at('l'), follow: true })).toMatchObject({ islnk: false, isdir: true });
    expect(await run({ path: at('none') })).toEqual({ exists: false });
    expect(await run({ path: at('d/none') })).toEqual({ exists: false });
  });
});

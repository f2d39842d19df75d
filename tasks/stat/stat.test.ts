import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

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

  it('says what file(1) says', async () => {
    const path = at('script');
    writeFileSync(path, '#!/bin/sh\necho hello\n');
    const said = execFileSync('file', ['--mime-type', '--mime-encoding', '-b', path], { encoding: 'utf8' }).trim();
    const { mimetype, charset } = await run({ path });
    expect(`${mimetype as string}; charset=${charset as string}`).toBe(said);
  });

  it('takes no line of a name for one of its own', async () => {
    const path = at('l\nexists=0');
    symlinkSync('50%0A\nstat=1\nchecksum=forged', path);
    const found = await run({ path });
    expect(found).toMatchObject({ exists: true, islnk: true, path, lnk_target: '50%0A\nstat=1\nchecksum=forged' });
    expect(found).not.toHaveProperty('checksum');
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

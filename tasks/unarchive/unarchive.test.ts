import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb as archive } from '../archive/task.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

forEachShell('unarchive and archive', (shell) => {
  const at = useScratch();
  const run = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> =>
    runVerb(verb, args, await shell(), { files: at('src'), ...options });

  beforeEach(() => {
    mkdirSync(at('src/pkg/sub'), { recursive: true });
    mkdirSync(at('to'));
    writeFileSync(at('src/pkg/a'), 'a\n');
    writeFileSync(at('src/pkg/sub/b c'), 'b\n');
    chmodSync(at('src/pkg/sub/b c'), 0o640);
    const pack = (flag: string, name: string): unknown => runProgram('tar', [flag, name, 'pkg'], { cwd: at('src') });
    pack('-czf', 'x.tgz');
    pack('-cjf', 'x.tar.bz2');
    pack('-cJf', 'x.txz');
    pack('-cf', 'x.tar');
    runProgram('tar', ['--zstd', '-cf', 'x.tar.zst', 'pkg'], { cwd: at('src') });
    runProgram('zip', ['-qr', 'x.zip', 'pkg'], { cwd: at('src') });
  });
  const UNPACKED = { pkg: '0755/', 'pkg/a': '0644 a\n', 'pkg/sub': '0755/', 'pkg/sub/b c': '0640 b\n' };

  it.each(['x.tgz', 'x.tar.bz2', 'x.txz', 'x.tar', 'x.tar.zst', 'x.zip'])('unpacks %s once', async (name) => {
    expect(await run({ src: name, dest: at('to') })).toMatchObject({ changed: true });
    expect(tree(at('to'))).toEqual(UNPACKED);
    expect(await run({ src: name, dest: at('to') })).toMatchObject({ changed: false });
    writeFileSync(at('to/pkg/a'), 'other\n');
    expect(await run({ src: name, dest: at('to') })).toMatchObject({ changed: true });
    expect(tree(at('to'))).toEqual(UNPACKED);
  });

  it('takes options of tar, lists files, sets modes', async () => {
    const args = { src: at('src/x.tgz'), dest: at('to'), remote_src: true, extra_opts: ['--strip-components=1'] };
    expect(await run(args)).toMatchObject({ changed: true, handler: 'TgzArchive' });
    expect(Object.keys(tree(at('to')))).toEqual(['a', 'sub', 'sub/b c']);
    const listed = await run({ src: 'x.tgz', dest: at('to'), list_files: true, mode: 'u=rwX,go=' });
    expect(listed['files']).toEqual(expect.arrayContaining(['pkg/', 'pkg/a', 'pkg/sub/b c']));
    expect(tree(at('to/pkg'))).toEqual({ a: '0600 a\n', sub: '0700/', 'sub/b c': '0600 b\n' });
  });

  it('leaves out what is excluded, or says that it needs GNU tar', async () => {
    const result = await run({ src: 'x.tgz', dest: at('to'), exclude: ['pkg/sub'] });
    if (result.failed) expect(result.msg).toBe('exclude needs GNU tar on the host');
    else expect(Object.keys(tree(at('to')))).toEqual(['pkg', 'pkg/a']);
  });

  it('unpacks nothing under check, or when creates is there', async () => {
    expect(await run({ src: 'x.tgz', dest: at('to') }, { check: true })).toMatchObject({ changed: true });
    expect(tree(at('to'))).toEqual({});
    const skipped = await run({ src: 'x.tgz', dest: at('to'), creates: at('src') });
    expect(skipped).toMatchObject({ skipped: true, changed: false });
  });

  it('says what is wrong', async () => {
    expect((await run({ src: 'x.tgz', dest: at('none') })).msg).toBe(`dest '${at('none')}' must be an existing dir`);
    writeFileSync(at('src/text'), 'no archive');
    expect((await run({ src: 'text', dest: at('to') })).msg).toContain('Failed to find handler');
    expect((await run({ src: at('src/nix'), dest: at('to'), remote_src: true })).msg).toContain('does not exist');
    expect(tree(at('to'))).toEqual({});
  });

  it.each(['gz', 'bz2', 'xz', 'tar', 'zip'])('packs as %s, once', async (format) => {
    const args = { path: at('src/pkg'), dest: at(`out.${format}`), format };
    const first = await runVerb(archive, args, await shell());
    if (format === 'xz' && first.failed) {
      // busybox's xz only unpacks
      expect(first.msg).toBe('no program on this host can compress as xz');
      return;
    }
    expect(first, JSON.stringify(first)).toMatchObject({ changed: true, dest: at(`out.${format}`) });
    expect(await runVerb(archive, args, await shell())).toMatchObject({ changed: false });
    await run({ src: at(`out.${format}`), dest: at('to'), remote_src: true });
    expect(readFileSync(at('to/pkg/sub/b c'), 'utf8')).toBe('b\n');
    writeFileSync(at('src/pkg/a'), 'new\n');
    expect(await runVerb(archive, args, await shell())).toMatchObject({ changed: true });
  });

  it('compresses one file, and removes what it packed', async () => {
    const args = { path: at('src/pkg/a'), remove: true };
    expect(await runVerb(archive, args, await shell())).toMatchObject({ changed: true, dest: at('src/pkg/a.gz') });
    expect(Object.keys(tree(at('src/pkg')))).toEqual(['a.gz', 'sub', 'sub/b c']);
    expect(runProgram('gzip', ['-dc', at('src/pkg/a.gz')]).toString()).toBe('a\n');
    expect(await runVerb(archive, args, await shell())).toMatchObject({ changed: false });
  });
});

import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

forEachShell('copy', (shell) => {
  const at = useScratch();
  const run = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> =>
    runVerb(verb, args, await shell(), { files: at('src'), ...options });

  it('writes content once, with its mode', async () => {
    const args = { content: "it's $HOME `here` \\n\n", dest: at('f'), mode: '0640' };
    expect(await run(args)).toMatchObject({ changed: true, mode: '0640', size: 21 });
    expect(await run(args)).toMatchObject({ changed: false });
    expect(tree(at())).toEqual({ f: "0640 it's $HOME `here` \\n\n" });
  });

  it('writes dicts as JSON and bytes as they are', async () => {
    mkdirSync(at('src'));
    const bytes = Buffer.from([0, 1, 255, 10, 0, 39]);
    writeFileSync(at('src/bin'), bytes);
    expect(await run({ content: { k: [1, 2] }, dest: at('d') })).toMatchObject({ changed: true });
    expect(await run({ src: 'bin', dest: at('b') })).toMatchObject({ changed: true });
    expect(readFileSync(at('d'), 'utf8')).toBe('{"k": [1, 2]}');
    expect(readFileSync(at('b'))).toEqual(bytes);
  });

  it('sends large files over a channel of its own and not again', async () => {
    mkdirSync(at('src'));
    const large = Buffer.alloc(300_000, 'x\n');
    writeFileSync(at('src/large'), large);
    expect(await run({ src: 'large', dest: `${at('to')}/` })).toMatchObject({ changed: true, dest: at('to/large') });
    expect(await run({ src: 'large', dest: `${at('to')}/` })).toMatchObject({ changed: false });
    expect(readFileSync(at('to/large'))).toEqual(large);
    expect(readdirSync(at('to'))).toEqual(['large']);
  });

  it('keeps the mode of an existing file, and writes through a link with follow', async () => {
    writeFileSync(at('real'), 'old');
    chmodSync(at('real'), 0o604);
    symlinkSync('real', at('l'));
    expect(await run({ content: 'new', dest: at('l'), follow: true })).toMatchObject({ changed: true });
    expect(tree(at())).toEqual({ l: '-> real', real: '0604 new' });
  });

  it('replaces a link itself without follow', async () => {
    writeFileSync(at('real'), 'old');
    symlinkSync('real', at('l'));
    await run({ content: 'new', dest: at('l') });
    expect(readFileSync(at('real'), 'utf8')).toBe('old');
    expect(readFileSync(at('l'), 'utf8')).toBe('new');
  });

  it('keeps what is there without force, and a copy with backup', async () => {
    writeFileSync(at('f'), 'old');
    expect(await run({ content: 'new', dest: at('f'), force: false })).toMatchObject({ changed: false });
    const result = await run({ content: 'new', dest: at('f'), backup: true });
    expect(readFileSync(String(result['backup_file']), 'utf8')).toBe('old');
    expect(readFileSync(at('f'), 'utf8')).toBe('new');
  });

  it('leaves the old file when validation fails', async () => {
    writeFileSync(at('f'), 'old');
    const result = await run({ content: 'broken', dest: at('f'), validate: 'grep -q good %s' });
    expect(result).toMatchObject({ failed: true, msg: 'failed to validate', exit_status: 1 });
    expect(tree(at())).toEqual({ f: '0644 old' });
  });

  it('shows the difference and writes nothing under check', async () => {
    writeFileSync(at('f'), 'old\n');
    const result = await run({ content: 'new\n', dest: at('f') }, { check: true, diff: true });
    expect(result).toMatchObject({ changed: true, diff: [{ before: 'old\n', after: 'new\n' }] });
    expect(readFileSync(at('f'), 'utf8')).toBe('old\n');
  });

  it('refuses a validate command without the file', async () => {
    expect(await run({ content: 'x', dest: at('f'), validate: 'true' })).toMatchObject({
      failed: true,
      msg: 'validate must contain %s: true',
    });
    expect(tree(at())).toEqual({});
  });

  it('keeps the mode of the old file when content is to be preserved', async () => {
    writeFileSync(at('f'), 'old', { mode: 0o600 });
    await run({ content: 'new', dest: at('f'), mode: 'preserve' });
    expect(tree(at())).toEqual({ f: '0600 new' });
  });

  it('would make a whole tree under check', async () => {
    mkdirSync(at('src/tree/sub'), { recursive: true });
    writeFileSync(at('src/tree/sub/b'), 'b');
    const result = await run({ src: 'tree/', dest: at('to') }, { check: true, files: at('src') });
    expect(result).toMatchObject({ changed: true, dest: `${at('to')}/` });
    expect(tree(at('to'))).toEqual({});
  });

  it('keeps both backups of one second', async () => {
    writeFileSync(at('f'), '1');
    await run({ content: '2', dest: at('f'), backup: true });
    await run({ content: '3', dest: at('f'), backup: true });
    expect(Object.values(tree(at())).sort()).toEqual(['0644 1', '0644 2', '0644 3']);
  });

  it('copies folders with what is below', async () => {
    mkdirSync(at('src/tree/sub'), { recursive: true });
    writeFileSync(at('src/tree/a'), 'a');
    writeFileSync(at('src/tree/sub/b'), 'b');
    const args = { src: 'tree/', dest: at('to'), mode: '0600', directory_mode: '0711' };
    expect(await run(args)).toMatchObject({ changed: true });
    expect(await run(args)).toMatchObject({ changed: false });
    expect(tree(at('to'))).toEqual({ a: '0600 a', sub: '0711/', 'sub/b': '0600 b' });
  });

  it('copies on the host itself', async () => {
    writeFileSync(at('f'), 'x', { mode: 0o600 });
    const args = { src: at('f'), dest: at('g'), remote_src: true, mode: 'preserve' };
    expect(await run(args)).toMatchObject({ changed: true });
    expect(await run(args)).toMatchObject({ changed: false });
    expect(tree(at())).toEqual({ f: '0600 x', g: '0600 x' });
  });

  it('keeps the modes of a folder of the host, and gives `mode` to dest alone', async () => {
    mkdirSync(at('src/sub'), { recursive: true, mode: 0o700 });
    writeFileSync(at('src/secret'), 'x', { mode: 0o600 });
    writeFileSync(at('src/sub/run'), 'y', { mode: 0o750 });
    const args = { src: at('src/'), dest: at('to'), remote_src: true, mode: '0711' };
    expect(await run(args)).toMatchObject({ changed: true });
    expect(await run(args)).toMatchObject({ changed: false });
    expect(tree(at('to'))).toEqual({ secret: '0600 x', sub: '0700/', 'sub/run': '0750 y' });
    expect(tree(at())).toMatchObject({ to: '0711/' });
  });

  it('says that the folder is missing', async () => {
    expect(await run({ content: 'x', dest: at('no/f') })).toMatchObject({
      failed: true,
      msg: `Destination directory ${at('no')} does not exist`,
    });
  });
});

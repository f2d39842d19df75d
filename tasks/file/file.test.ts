import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

forEachShell('file', (shell) => {
  const at = useScratch();
  const run = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> =>
    runVerb(verb, args, await shell(), options);

  it('makes folders with their parents, once', async () => {
    const args = { path: at('a/b/c'), state: 'directory', mode: '0750' };
    expect(await run(args)).toMatchObject({ changed: true, mode: '0750', state: 'directory' });
    expect(await run(args)).toMatchObject({ changed: false });
    expect(tree(at())).toEqual({ a: '0750/', 'a/b': '0750/', 'a/b/c': '0750/' });
  });

  it('only says so under check', async () => {
    expect(await run({ path: at('a'), state: 'directory' }, { check: true })).toMatchObject({ changed: true });
    expect(tree(at())).toEqual({});
  });

  it('touches, keeping times when asked', async () => {
    const args = {
      path: at('f'),
      state: 'touch',
      mode: '0600',
      modification_time: 'preserve',
      access_time: 'preserve',
    };
    expect(await run(args)).toMatchObject({ changed: true });
    expect(await run(args)).toMatchObject({ changed: false });
    expect(await run({ path: at('f'), state: 'touch' })).toMatchObject({ changed: true });
    expect(tree(at())).toEqual({ f: '0600 ' });
  });

  it('sets symbolic modes against what is there', async () => {
    writeFileSync(at('f'), 'x', { mode: 0o644 });
    expect(await run({ path: at('f'), mode: 'u+x,o=' })).toMatchObject({ changed: true, mode: '0740' });
    expect(await run({ path: at('f'), mode: 'u+x,o=' })).toMatchObject({ changed: false });
  });

  it('sets modes of a whole tree with X for folders only', async () => {
    mkdirSync(at('t/x'), { recursive: true });
    writeFileSync(at('t/x/y'), '', { mode: 0o644 });
    const args = { path: at('t'), state: 'directory', recurse: true, mode: 'u=rwX,g=rX,o=' };
    expect(await run(args)).toMatchObject({ changed: true });
    expect(await run(args)).toMatchObject({ changed: false });
    expect(tree(at())).toEqual({ t: '0750/', 't/x': '0750/', 't/x/y': '0640 ' });
  });

  it('makes links, replaces their target, and says when it is missing', async () => {
    writeFileSync(at('f'), 'x');
    expect(await run({ src: 'f', dest: at('l'), state: 'link' })).toMatchObject({ changed: true, dest: at('l') });
    expect(await run({ src: 'f', dest: at('l'), state: 'link' })).toMatchObject({ changed: false });
    const missing = await run({ src: '/no/such', dest: at('l'), state: 'link' });
    expect(missing).toMatchObject({ failed: true });
    expect(missing.msg).toContain('src file does not exist');
    expect(await run({ src: '/no/such', dest: at('l'), state: 'link', force: true, follow: false })).toMatchObject({
      changed: true,
    });
    expect(tree(at())['l']).toBe('-> /no/such');
  });

  it('takes no line of a target for one of its own', async () => {
    const src = 'a\nstat=1\nstate=absent';
    symlinkSync(src, at('l'));
    const args = { path: at('l'), state: 'link', src, force: true };
    expect(await run(args)).toMatchObject({ changed: false, state: 'link', dest: at('l') });
    expect(await run({ path: at('l'), follow: false })).toMatchObject({ changed: false, state: 'link' });
  });

  it('makes hard links', async () => {
    writeFileSync(at('f'), 'x');
    const args = { src: at('f'), dest: at('h'), state: 'hard' };
    expect(await run(args)).toMatchObject({ changed: true });
    expect(await run(args)).toMatchObject({ changed: false });
    expect(statSync(at('h')).ino).toBe(statSync(at('f')).ino);
  });

  it('removes trees and links but not what a link names', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/f'), 'kept');
    symlinkSync('real', at('l'));
    expect(await run({ path: at('l'), state: 'absent' })).toMatchObject({ changed: true, state: 'absent' });
    expect(readFileSync(at('real/f'), 'utf8')).toBe('kept');
    expect(await run({ path: at('real'), state: 'absent' })).toMatchObject({ changed: true });
    expect(await run({ path: at('real'), state: 'absent' })).toMatchObject({ changed: false });
    expect(tree(at())).toEqual({});
  });

  it('refuses to make a folder of a file', async () => {
    writeFileSync(at('f'), 'x');
    expect(await run({ path: at('f'), state: 'directory' })).toMatchObject({ failed: true });
    expect(await run({ path: at('nofile'), state: 'file' })).toMatchObject({
      failed: true,
      msg: `file (${at('nofile')}) is absent, cannot continue`,
    });
  });

  it('takes names that a shell would split or expand', async () => {
    const name = at("it's $NONE; `x` *");
    expect(await run({ path: name, state: 'touch' })).toMatchObject({ changed: true });
    expect(lstatSync(name).isFile()).toBe(true);
  });
});

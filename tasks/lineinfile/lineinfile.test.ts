import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb as blockinfile } from '../blockinfile/task.ts';
import { verb as replace } from '../replace/task.ts';
import { verb } from './task.ts';

forEachShell('lineinfile, replace, blockinfile', (shell) => {
  const at = useScratch();
  const text = (): string => readFileSync(at('f'), 'utf8');
  const twice = async (
    which: Parameters<typeof runVerb>[0],
    args: Record<string, unknown>,
    options?: VerbRunOptions,
  ): Promise<ModuleResult> => {
    const first = await runVerb(which, { path: at('f'), ...args }, await shell(), options);
    const second = await runVerb(which, { path: at('f'), ...args }, await shell(), options);
    expect(second).toMatchObject({ changed: false });
    return first;
  };
  const line = (args: Record<string, unknown>): Promise<ModuleResult> => twice(verb as never, args);

  it('adds, replaces and removes lines', async () => {
    writeFileSync(at('f'), 'a\nb\na\n');
    expect(await line({ line: 'c' })).toMatchObject({ changed: true, msg: 'line added' });
    expect(await line({ regexp: '^b', line: 'B' })).toMatchObject({ changed: true, msg: 'line replaced' });
    expect(await line({ line: 'a', state: 'absent' })).toMatchObject({ changed: true, found: 2 });
    expect(text()).toBe('B\nc\n');
  });

  it('inserts before and after', async () => {
    writeFileSync(at('f'), '[x]\nk=1\n[y]\n');
    await line({ line: 'new', insertafter: '^\\[x' });
    await line({ line: 'first', insertbefore: 'BOF' });
    expect(text()).toBe('first\n[x]\nnew\nk=1\n[y]\n');
  });

  it('uses groups of the match', async () => {
    writeFileSync(at('f'), 'opt="quiet"\n');
    await line({ regexp: '^(opt=")((?:(?!iommu).)*)(")$', line: '\\1\\2 iommu=on\\3', backrefs: true });
    expect(text()).toBe('opt="quiet iommu=on"\n');
  });

  it('keeps mode, bytes that are no UTF-8, line ends and the link', async () => {
    writeFileSync(at('real'), Buffer.from([0xe9, 0x0d, 0x0a]));
    chmodSync(at('real'), 0o604);
    symlinkSync('real', at('f'));
    await line({ line: 'x' });
    expect(tree(at())['f']).toBe('-> real');
    expect(readFileSync(at('real'))).toEqual(Buffer.from([0xe9, 0x0d, 0x0a, 0x78, 0x0a]));
    expect(tree(at())['real']).toMatch(/^0604 /);
  });

  it('leaves the file when validation fails, and keeps a copy with backup', async () => {
    writeFileSync(at('f'), 'a\n');
    const bad = await runVerb(
      verb,
      { path: at('f'), line: 'broken', validate: "sh -c '! grep -q broken %s'" },
      await shell(),
    );
    expect(bad).toMatchObject({ failed: true });
    expect(tree(at())).toEqual({ f: '0644 a\n' });
    const good = await runVerb(verb, { path: at('f'), line: 'b', backup: true }, await shell());
    expect(readFileSync(String(good['backup']), 'utf8')).toBe('a\n');
  });

  it('refuses a missing file, and creates it on request', async () => {
    expect(await runVerb(verb, { path: at('f'), line: 'x' }, await shell())).toMatchObject({ failed: true, rc: 257 });
    expect(await line({ line: 'x', create: true })).toMatchObject({ changed: true });
    expect(text()).toBe('x\n');
  });

  it('replaces by regular expression between anchors', async () => {
    writeFileSync(at('f'), 'x=1\n[a]\nx=1\n[b]\nx=1\n');
    const args = { regexp: '^x=1$', replace: 'x=2', after: '\\[a\\]', before: '\\[b\\]' };
    expect(await twice(replace as never, args)).toMatchObject({ changed: true });
    expect(text()).toBe('x=1\n[a]\nx=2\n[b]\nx=1\n');
  });

  it('keeps a block between markers', async () => {
    writeFileSync(at('f'), 'top\nend\n');
    expect(await twice(blockinfile as never, { block: 'one\ntwo', insertafter: '^top' })).toMatchObject({
      changed: true,
    });
    expect(text()).toBe('top\n# BEGIN ANSIBLE MANAGED BLOCK\none\ntwo\n# END ANSIBLE MANAGED BLOCK\nend\n');
    expect(await twice(blockinfile as never, { state: 'absent' })).toMatchObject({ changed: true });
    expect(text()).toBe('top\nend\n');
  });

  it('says what would change under check', async () => {
    writeFileSync(at('f'), 'a\n');
    const result = await runVerb(verb, { path: at('f'), line: 'b' }, await shell(), { check: true, diff: true });
    expect(result).toMatchObject({ changed: true, diff: [{ before: 'a\n', after: 'a\nb\n' }, {}] });
    expect(text()).toBe('a\n');
  });
});

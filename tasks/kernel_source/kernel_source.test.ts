import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runProgram } from '../../scripts/lib/programs.mjs';
import type { ModuleResult } from '../../src/base/result.ts';
import { copyTree, packTree } from '../../test/support/kernel-tree.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

const sumOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

forEachShell('kernel_source', (getShell) => {
  const at = useScratch();
  const run = async (given: Record<string, unknown>, check = false): Promise<ModuleResult> =>
    runVerb(verb, { dest: at('tree'), ...given }, await getShell(), {
      environment: { KERNEL_HOME: at('home') },
      check,
    });

  it.each(['gz', 'bz2', 'xz', 'plain'] as const)(
    'an archive (%s) at the second of two addresses, once',
    async (how) => {
      const archive = packTree('small', 'linux-6.1.99', how, at('archive'));
      const given = { urls: [`file://${at('gone')}`, `file://${archive}`], sha256: sumOf(archive) };
      expect(await run(given, true)).toMatchObject({ changed: true, tree: at('tree') });
      expect(existsSync(at('tree'))).toBe(false);
      expect(await run(given)).toMatchObject({ changed: true, version: '6.1.99' });
      expect(readFileSync(at('tree/Makefile'), 'utf8')).toContain('SUBLEVEL = 99');
      rmSync(archive);
      expect(await run(given)).toMatchObject({ changed: false, version: '6.1.99' });
      expect(readdirSync(at()).filter((name) => name.startsWith('.'))).toEqual([]);
      // another tree beside it comes from the archive that was kept
      expect(await run({ ...given, dest: at('other') })).toMatchObject({ changed: true });
    },
  );

  it('a wrong checksum unpacks nothing; no address; no archive; something broken', async () => {
    const archive = packTree('small', 'linux', 'gz', at('archive'));
    const sha256 = 'a'.repeat(64);
    expect(await run({ urls: [`file://${archive}`], sha256 })).toMatchObject({
      failed: true,
      code: 'E_KSOURCE_CHECKSUM',
    });
    expect(await run({ path: archive, sha256 })).toMatchObject({ code: 'E_KSOURCE_CHECKSUM' });
    const gone = await run({ urls: [`file://${at('gone')}`], sha256 });
    expect(gone).toMatchObject({ code: 'E_KSOURCE_FETCH', msg: expect.stringContaining(at('gone')) });
    writeFileSync(at('cut'), readFileSync(archive).subarray(0, 500));
    expect(await run({ path: at('cut') })).toMatchObject({ failed: true, msg: expect.stringContaining('unpacked') });
    expect(await run({ urls: ['file:///x'] })).toMatchObject({ code: 'E_KSOURCE' });
    expect(readdirSync(at()).toSorted()).toEqual(['archive', 'cut', 'home']);
    expect(readdirSync(at('home/archives'))).toEqual([]);
  });

  it('what somebody else put there, and another source, are refused and stay', async () => {
    const archive = packTree('small', 'linux', 'gz', at('archive'));
    mkdirSync(at('tree'));
    writeFileSync(at('tree/work'), 'mine');
    expect(await run({ path: archive })).toMatchObject({ code: 'E_KSOURCE_OTHER' });
    expect(readdirSync(at('tree'))).toEqual(['work']);
    rmSync(at('tree/work'));
    expect(await run({ path: archive })).toMatchObject({ changed: true });
    expect(await run({ path: archive, sha256: sumOf(archive) })).toMatchObject({ code: 'E_KSOURCE_OTHER' });
  });

  it('from the controller, by its name beside the playbook; a tree that is there; what is no tree', async () => {
    const archive = packTree('small', 'linux', 'xz', at('archive'));
    expect(await run({ src: archive, sha256: sumOf(archive) })).toMatchObject({ changed: true, version: '6.1.99' });
    copyTree('small', at('own'));
    expect(await run({ dest: at('own') })).toMatchObject({ changed: false, version: '6.1.99' });
    expect(await run({ dest: at('none') })).toMatchObject({ failed: true, code: 'E_KSOURCE_TREE' });
    runProgram('tar', ['-cf', at('odd.tar'), '-C', at('own'), 'init']);
    expect(await run({ dest: at('odd'), path: at('odd.tar') })).toMatchObject({ code: 'E_KSOURCE_TREE' });
    expect(existsSync(at('odd'))).toBe(false);
  });

  it('a commit of a repository', async () => {
    const git = (...words: string[]): string =>
      runProgram('git', ['-C', at('repo'), '-c', 'user.name=t', '-c', 'user.email=t@t', ...words]).trim();
    copyTree('small', at('repo'));
    git('init', '-q');
    git('add', '-f', '.');
    git('commit', '-qm', 'one');
    const version = git('rev-parse', 'HEAD');
    git('commit', '-q', '--allow-empty', '-m', 'two');
    expect(await run({ git: at('repo'), version: 'main' })).toMatchObject({ code: 'E_KSOURCE' });
    expect(await run({ git: at('repo'), version })).toMatchObject({ changed: true, version: '6.1.99' });
    expect(await run({ git: at('repo'), version })).toMatchObject({ changed: false });
    expect(await run({ git: at('repo'), version: 'b'.repeat(40), dest: at('other') })).toMatchObject({ failed: true });
    expect(existsSync(at('other'))).toBe(false);
  });
});

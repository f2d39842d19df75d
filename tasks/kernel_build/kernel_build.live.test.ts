import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, it, vi } from 'vitest';
import { runProgram } from '../../scripts/lib/programs.mjs';
import type { ModuleResult } from '../../src/base/result.ts';
import { copyTree } from '../../test/support/kernel-tree.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

const ONE = `--- a/fs/proc.c
+++ b/fs/proc.c
@@ -1,6 +1,6 @@
 int first(void)
 {
-	return 1;
+	return 11;
 }
 
 int second(void)
`;
/** Made after ONE: the two touch the same lines. */
const TWO = `--- a/fs/proc.c
+++ b/fs/proc.c
@@ -1,6 +1,7 @@
 int first(void)
 {
-	return 11;
+	/* twice */
+	return 12;
 }
 
 int second(void)
--- /dev/null
+++ b/fs/new.c
@@ -0,0 +1 @@
+int more;
`;
/** Its lines stand elsewhere, and one beside them is another. */
const FUZZY = `--- a/fs/proc.c
+++ b/fs/proc.c
@@ -9,7 +9,7 @@
 }
 
 int second(void)
 {
-	return 2;
+	return 22;
 }
 
 int third_of_all(void)
`;

forEachShell('kernel_build', (getShell) => {
  const at = useScratch();
  const read = (path: string): string => readFileSync(at('linux', path), 'utf8');
  const run = async (given: Record<string, unknown> = {}, check = false): Promise<ModuleResult> =>
    runVerb(verb, { tree: at('linux'), ...given }, await getShell(), {
      environment: { KERNEL_HOME: at('home') },
      check,
    });
  const patch = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return at(name);
  };
  beforeEach(() => copyTree('small', at('linux')));

  it('patches, edits, configures and compiles; then nothing, and no file is touched', async () => {
    const given = {
      patches: [patch('one', ONE), { src: patch('two', TWO), strip: 1 }],
      defines: [{ file: 'include/linux/small.h', name: 'SMALL_NUMBER', value: '254', expect: ['200'] }],
      config: { TOA: 'm', CONFIG_IPV6: 'y' },
      extraversion: '-toa',
      localversion: '.1',
    };
    expect(await run(given, true)).toMatchObject({ changed: true });
    expect(existsSync(at('linux/.toa-patches'))).toBe(false);
    const first = await run(given);
    expect(first).toMatchObject({
      changed: true,
      release: '6.1.99-toa.1',
      image: at('linux/arch/x86/boot/bzImage'),
      objects: 5,
    });
    expect(read('fs/proc.c')).toContain('/* twice */\n\treturn 12;');
    expect(read('fs/new.c')).toBe('int more;\n');
    expect(read('include/linux/small.h')).toContain('#define SMALL_NUMBER  254\t/* or 254 */\n');
    expect(read('Makefile')).toContain('\nEXTRAVERSION = -toa\n');
    expect(read('.config')).toMatch(/^CONFIG_IPV6=y\nCONFIG_TOA=m$/m);
    expect(existsSync(at('linux/net/toa/toa.ko'))).toBe(true);
    expect(readFileSync(String(first['log']), 'utf8')).toContain('  CC      fs/proc.o');
    const times = (): number[] =>
      ['Makefile', '.config', 'fs/proc.c', 'init/main.o'].map((name) => statSync(at('linux', name)).mtimeMs);
    const before = times();
    expect(await run(given)).toMatchObject({ changed: false, release: '6.1.99-toa.1', key: first['key'] });
    // another order in the same tree compiles what it changes only
    expect(await run({ ...given, config: { ...given.config, MODULES: 'y' } })).toMatchObject({ changed: true });
    expect(times()).toEqual(before);
  });

  it('a patch that somebody applied by hand is recognised; fuzz is told; rejects leave nothing half done', async () => {
    const one = patch('one', ONE);
    runProgram('patch', ['-s', '-p1', '-d', at('linux'), '-i', one]);
    expect(await run({ patches: [one] })).toMatchObject({ changed: true });
    expect(read('fs/proc.c').match(/return 11/g)).toHaveLength(1);
    const told = await run({ patches: [one, patch('fuzz', FUZZY)] });
    expect(told.warnings?.join()).toMatch(
      /fuzz: fs\/proc\.c: Hunk #1 succeeded at 4 with fuzz [12] \(offset -5 lines\)/,
    );
    const bad = patch('bad', `${TWO.replace('return 11', 'return 99')}`);
    const refused = await run({ patches: [one, bad] });
    expect(refused).toMatchObject({
      failed: true,
      code: 'E_KBUILD_PATCH',
      msg: expect.stringContaining('fs/proc.c: Hunk #1 FAILED at 1'),
    });
    expect(refused['rejects']).toContain('+\treturn 12;');
    expect(existsSync(at('linux/fs/new.c'))).toBe(false);
    expect(readdirSync(at('linux')).filter((name) => /stage|toa-patch$|rej/.test(name))).toEqual([]);
  });

  it('cut off while a patch gets its names: the next run goes on', async () => {
    const files = runProgram('sh', [
      '-c',
      `cd ${at('linux')} && mkdir -p .toa-patch/fs && cp fs/proc.c .toa-patch/fs/proc.c &&
      patch -s -p1 -d .toa-patch -i ${patch('one', ONE)} && printf 'fs/proc.c\\nfs/gone.c\\n' >.toa-patch/.toa-files &&
      : >fs/gone.c && echo fs/gone.c >.toa-patch/.toa-gone && sha256sum <${at('one')} | cut -d' ' -f1 >.toa-patch/.toa-sum && echo made`,
    ]);
    expect(files).toBe('made\n');
    expect(await run({ patches: [at('one')] })).toMatchObject({ changed: true });
    expect(read('fs/proc.c')).toContain('return 11');
    expect(existsSync(at('linux/fs/gone.c')) || existsSync(at('linux/.toa-patch'))).toBe(false);
    expect(read('.toa-patches').trim().split('\n')).toHaveLength(1);
  });

  it('stops at another value, at a missing anchor, and at an option that does not stick, with the reason', async () => {
    const define = { file: 'include/linux/small.h', name: 'SMALL_NUMBER', value: '253', expect: ['254'] };
    expect(await run({ defines: [define] })).toMatchObject({
      code: 'E_KBUILD_DEFINE',
      msg: 'include/linux/small.h:2: SMALL_NUMBER is 200, neither 253 nor 254',
    });
    const anchor = { file: 'net/Makefile', text: 'obj-$(CONFIG_TOA)', says: 'CONFIG_TOA=m builds nothing' };
    expect(await run({ anchors: [anchor] })).toMatchObject({
      code: 'E_KBUILD_ANCHOR',
      msg: 'net/Makefile has no "obj-$(CONFIG_TOA)": CONFIG_TOA=m builds nothing',
    });
    expect(await run({ config: { TOA: 'm', IPV6: 'n', NAUGHT: 'y' } })).toMatchObject({
      code: 'E_KBUILD_CONFIG',
      msg: 'CONFIG_TOA=m did not stick: it is n; it depends on NET (net/Kconfig:11), and on INET && IPV6 && MODULES (net/Kconfig:11): CONFIG_IPV6 is n; CONFIG_NAUGHT=y did not stick: it is n; no Kconfig of this tree knows it',
    });
  });

  it('configurations begin with a file, a target, or a fragment on top', async () => {
    writeFileSync(at('base'), 'CONFIG_64BIT=y\nCONFIG_NET=y\n');
    writeFileSync(at('fragment'), 'CONFIG_MODULES=y\n');
    await run({ config_from: at('base*'), fragments: [at('fragment')] });
    expect(read('.config')).toMatch(/CONFIG_MODULES=y[^]*CONFIG_NET=y[^]*CONFIG_INET=y/);
    await run({ config_from: 'tinyconfig' });
    expect(read('.config')).toContain('# CONFIG_NET is not set');
    expect(await run({ config_from: at('none') })).toMatchObject({
      code: 'E_KBUILD_CONFIG',
      msg: expect.stringContaining('0 files'),
    });
    // the tree's own is still what it was
    await run({ config_from: 'tree' });
    expect(read('.config')).toContain('CONFIG_IPV6=m');
  });

  it('an error in the middle is explained, what is compiled stays, and the next run goes on', async () => {
    appendFileSync(at('linux/net/core.c'), 'int broken(void) { return no_such_name; }\n');
    const failed = await run({ first: ['fs/proc.o'] });
    expect(failed).toMatchObject({
      failed: true,
      code: 'E_KBUILD_COMPILE',
      msg: expect.stringContaining("net/core.c:5:27: error: 'no_such_name'"),
    });
    expect(existsSync(String(failed['log']))).toBe(true);
    const made = statSync(at('linux/fs/proc.o')).mtimeMs;
    writeFileSync(at('linux/net/core.c'), 'int net_start(void) { return 0; }\n');
    const good = await run({ first: ['fs/proc.o'] });
    expect(good).toMatchObject({ changed: true, release: '6.1.99' });
    expect(statSync(at('linux/fs/proc.o')).mtimeMs).toBe(made);
    expect(readFileSync(String(good['log']), 'utf8').match(/^== make .*fs\/proc\.o$/gm)).toHaveLength(1);
  });

  it('the build outlives the run that started it; another order has to wait; the next run waits for its end', async () => {
    const makefile = read('Makefile').replace('%.ko: %.o\n', '%.ko: %.o\n\t@while [ ! -e go ]; do sleep 0.1; done\n');
    writeFileSync(at('linux/Makefile'), makefile);
    const given = { config: { TOA: 'm' } };
    const started = run(given);
    await vi.waitFor(() => expect(existsSync(at('linux/arch/x86/boot/bzImage'))).toBe(true), { timeout: 15_000 });
    const shell = await getShell();
    const calls: { fn: string }[] = [];
    const second = { tree: at('linux'), ...given };
    writeFileSync(at('linux/go'), '');
    expect(await started).toMatchObject({ changed: true });
    expect(
      await runVerb(verb, second, shell, { environment: { KERNEL_HOME: at('home') }, calls: calls as never }),
    ).toMatchObject({ changed: false });
    expect(calls.map(({ fn }) => fn)).toEqual(['kernel_build_look']);
  });

  it('a target that there is not; a tree that is none; words that are none', async () => {
    expect(await run({ targets: ['zImage'] })).toMatchObject({ code: 'E_KBUILD_TARGET' });
    rmSync(at('linux/Makefile'));
    expect(await run()).toMatchObject({ code: 'E_KSOURCE_TREE' });
    expect(await run({ options: ['-f/etc/passwd'] })).toMatchObject({ code: 'E_KBUILD' });
    expect(await run({ targets: ['../x'] })).toMatchObject({ code: 'E_KBUILD' });
    expect(await run({ needs: 1 })).toMatchObject({ code: 'E_KSOURCE_TREE' });
  });

  it('too little room is said before anything is compiled', async () => {
    expect(await run({ needs: 1_000_000_000 })).toMatchObject({
      code: 'E_DISK_FULL',
      msg: expect.stringContaining('are needed'),
    });
    expect(existsSync(at('linux/init/main.o'))).toBe(false);
  });
});

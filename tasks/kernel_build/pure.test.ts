import { describe, expect, it } from 'vitest';
import { merged, optionsOf, unstuck, wantedOptions, whyUnstuck } from './config.ts';
import { diagnose, questions } from './doctor.ts';
import { withDefine, withExtraversion } from './edits.ts';
import { explainBuild } from './explain.ts';
import { filesOf } from './patches.ts';
import { jobsFor, needFor } from './task.ts';

describe('.config', () => {
  it('options get their values in their places, new ones at the end', () => {
    const text = 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_IPV6=m\n\n';
    const wanted = wantedOptions(['CONFIG_B=m\nCONFIG_N=12\n'], { IPV6: 'y', CONFIG_A: 'no', NAME: 'x y' });
    expect(merged(text, wanted)).toBe(
      '# CONFIG_A is not set\nCONFIG_B=m\nCONFIG_IPV6=y\nCONFIG_N=12\nCONFIG_NAME="x y"\n',
    );
  });

  it('says of what did not stick which condition forbids it', () => {
    const after = optionsOf('CONFIG_NET=y\nCONFIG_INET=m\n');
    const [low] = unstuck(
      after,
      new Map([
        ['CONFIG_TOA', 'y'],
        ['CONFIG_NET', 'y'],
        ['CONFIG_X', 'n'],
      ]),
    );
    expect(low).toEqual({ name: 'CONFIG_TOA', wanted: 'y', is: 'n' });
    expect(whyUnstuck(low, [{ place: 'net/toa/Kconfig:3', expression: 'INET && NETFILTER' }], after)).toBe(
      'CONFIG_TOA=y did not stick: it is n; it depends on INET && NETFILTER (net/toa/Kconfig:3): CONFIG_INET is m, CONFIG_NETFILTER is n',
    );
    expect(whyUnstuck(low, [], after)).toContain('no Kconfig of this tree knows it');
  });
});

describe('edits', () => {
  const define = { file: 'net/toa/toa.h', name: 'TCPOPT_TOA', value: '254', expect: ['200'] };
  it.each([
    ['#define TCPOPT_TOA  200 /* kind */\n', '#define TCPOPT_TOA  254 /* kind */\n'],
    ['# define\tTCPOPT_TOA\t200\n#define TCPOPT_TOA_LEN 8\n', '# define\tTCPOPT_TOA\t254\n#define TCPOPT_TOA_LEN 8\n'],
    ['#define TCPOPT_TOA  254\n', '#define TCPOPT_TOA  254\n'],
  ])('%j', (before, after) => expect(withDefine(before, define)).toBe(after));

  it.each([
    ['\n#define TCPOPT_TOA 28\n', 'net/toa/toa.h:2: TCPOPT_TOA is 28, neither 254 nor 200'],
    ['', 'has 0 lines'],
    ['#define TCPOPT_TOA 200\n#define TCPOPT_TOA 254\n', 'has 2 lines'],
  ])('stops at %j', (text, message) => expect(() => withDefine(text, define)).toThrow(message));

  it('EXTRAVERSION', () => {
    expect(withExtraversion('SUBLEVEL = 32\nEXTRAVERSION =\nNAME = x\n', '-toa')).toBe(
      'SUBLEVEL = 32\nEXTRAVERSION = -toa\nNAME = x\n',
    );
    expect(withExtraversion('EXTRAVERSION=-toa\n', '-toa')).toBe('EXTRAVERSION=-toa\n');
    expect(() => withExtraversion('x\n', '-toa')).toThrow('EXTRAVERSION');
  });
});

describe('patches', () => {
  it('names of files, as diffs of 2003 and of git have them', () => {
    const old = '--- linux-2.4.20/net/core.c\tThu Nov 28 2002\n+++ linux/net/core.c\tFri Nov 29 2002\n@@ -1 +1 @@\n';
    expect(filesOf(old, 1)).toEqual(['net/core.c']);
    expect(filesOf('--- /dev/null\n+++ b/net/new.c\n@@ -0,0 +1 @@\n', 1)).toEqual(['net/new.c']);
  });
  it.each(['--- a/x\n+++ b/../../etc/passwd\n', '--- a/x\n+++ b//etc/passwd\n', 'no patch\n', '--- x\n+++ x\n'])(
    'refuses %j',
    (text) => expect(filesOf(text, 1)).toBeUndefined(),
  );
});

describe('what tools cannot build', () => {
  const tools = (words: Record<string, string>): Map<string, string> =>
    new Map(
      Object.entries({
        gcc: '12',
        make: '4.3',
        perl: '5.36.0',
        binutils: '2.40',
        bc: 'x',
        flex: 'x',
        bison: 'x',
        ...words,
      }),
    );
  const said = (kernel: string, words: Record<string, string>, has: string[] = []): string[] =>
    diagnose(kernel, tools(words), (file) => has.includes(file)).map(({ says }) => says);

  it('2.4, 2.6.32, 3.10 and 6.1, with tools of today', () => {
    expect(said('2.4.20', {})).toEqual([expect.stringContaining('gcc 2.95 to 3.4')]);
    const lvs = ['Makefile', 'kernel/timeconst.pl', 'include/linux/compiler-gcc.h', 'arch/x86/vdso/Makefile'];
    expect(said('2.6.32', {}, lvs)).toEqual([
      expect.stringContaining('mixed implicit'),
      expect.stringContaining('timeconst.pl'),
      expect.stringContaining('include/linux/compiler-gcc12.h is missing'),
      expect.stringContaining('elf_x86_64'),
      expect.stringContaining('PLT32'),
    ]);
    expect(said('6.1.192', {})).toEqual([]);
  });
  it('2.6.32 with those of CentOS 6', () =>
    expect(said('2.6.32', { gcc: '4.4.7', make: '3.81', perl: '5.10.1', binutils: '2.20.51' }, ['Makefile'])).toEqual(
      [],
    ));
  it('missing programs, and compilers that are too old', () => {
    expect(said('6.1.192', { flex: '', gcc: '' })).toEqual([expect.stringContaining('flex'), 'gcc is missing']);
    expect(said('5.15.0', { gcc: '4.8.5' })).toHaveLength(2);
  });
  it('asks only for what decides', () =>
    expect(questions('6.1.192', tools({ gcc: '4.4', make: '3.81', perl: '5.10' }))).toEqual([]));
});

it.each([
  ['  CC a.o\nMakefile:1602: *** mixed implicit and normal rules: deprecated syntax\n', 'E_KBUILD_TOOLS'],
  [
    "Can't use 'defined(@array)' (Maybe you should just omit the defined()?) at kernel/timeconst.pl line 373.",
    'E_KBUILD_TOOLS',
  ],
  ['/bin/sh: 1: bc: not found', 'E_KBUILD_TOOLS'],
  ['scripts/sign-file.c:25:10: fatal error: openssl/opensslv.h: No such file or directory', 'E_KBUILD_TOOLS'],
  [
    "make[1]: *** No rule to make target 'debian/certs/debian-uefi-certs.pem', needed by 'certs/x509'.  Stop.",
    'E_KBUILD_CONFIG',
  ],
  ['cc1: fatal error: cannot write: No space left on device', 'E_DISK_FULL'],
  ['gcc: fatal error: Killed signal terminated program cc1', 'E_KBUILD_MEMORY'],
  ["make: *** No rule to make target 'zImage'.  Stop.", 'E_KBUILD_TARGET'],
  ["net/toa/toa.c:12:1: error: expected ';' before 'return'\nmake: *** [net/toa/toa.o] Error 1", 'E_KBUILD_COMPILE'],
])('%s', (log, code) => expect(explainBuild(`  CC      x.o\n${log}\nmake: *** [all] Error 2\n`).code).toBe(code));

it('the first error is the message, however many compilers ran', () =>
  expect(explainBuild('  CC a.o\na.c:1: error: one\n  CC b.o\nb.c:2: error: two\n').msg).toBe('a.c:1: error: one'));

it('compilers at a time, and room, by what there is', () => {
  expect([jobsFor(0, 8, 1000), jobsFor(0, 2, 9000), jobsFor(7, 2, 100), jobsFor(0, 4, 10)]).toEqual([2, 2, 7, 1]);
  expect(needFor(optionsOf('CONFIG_A=m\nCONFIG_B=m\n'))).toBe(804);
  expect(needFor(optionsOf('CONFIG_DEBUG_INFO=y\n'))).toBe(4800);
});

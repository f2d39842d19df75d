import { expect, it } from 'vitest';
import { explainBuild, explainCheck } from './explain.ts';

const cases: [string, string][] = [
  [
    'arch/x86/Makefile:96: *** You are building kernel with non-retpoline compiler, please update your compiler..  Stop.',
    'E_KMOD_RETPOLINE',
  ],
  [
    'arch/x86/Makefile:166: *** CONFIG_RETPOLINE=y, but not supported by the compiler. Compiler update recommended.. Stop.',
    'E_KMOD_RETPOLINE',
  ],
  ['make: *** /lib/modules/3.10.0/build: No such file or directory.  Stop.', 'E_KMOD_NO_TREE'],
  ['toa: no build tree of kernel 6.1.0: /lib/modules/6.1.0/build is missing', 'E_KMOD_NO_TREE'],
  ['ERROR: Kernel configuration is invalid.', 'E_KMOD_TREE_BARE'],
  ['include/linux/kconfig.h:4:32: fatal error: generated/autoconf.h: No such file or directory', 'E_KMOD_TREE_BARE'],
  ['/bin/sh: 1: gcc-12: not found', 'E_KMOD_NO_COMPILER'],
  ["gcc: error: unrecognized command-line option '-fmin-function-alignment=16'", 'E_KMOD_GCC_MISMATCH'],
  [
    'include/linux/compiler-gcc.h:106:30: fatal error: linux/compiler-gcc7.h: No such file or directory',
    'E_KMOD_GCC_MISMATCH',
  ],
  [
    "scripts/basic/fixdep: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by fixdep)",
    'E_KMOD_TREE_FOREIGN',
  ],
  ['main.c:3: error: something new', 'E_KMOD_BUILD'],
];

it.each(cases)('%s', (line, code) => {
  const reason = explainBuild(`  CC [M]  main.o\n${line}\nmake: *** [all] Error 2\n`);
  expect(reason).toMatchObject({ code, msg: line });
  expect(reason.remedy).not.toBe('');
});

it('says all that is wrong with a built module, and nothing about a good one', () => {
  const said = explainCheck(['E_KMOD_SSE: the module uses SSE registers', 'E_KMOD_PLT32: relocations']);
  expect(said).toMatchObject({ code: 'E_KMOD_SSE', msg: expect.stringContaining('SSE registers; relocations') });
  expect(explainCheck([])).toBeUndefined();
});

import type { ErrorCode } from '../../src/base/errors.ts';
import { type Known, type Reason, reasonIn } from '../shared/build-log.ts';

/** What compilers and kbuild say, and what helps. The first that matches counts. */
const KNOWN: readonly Known[] = [
  {
    pattern:
      /non-retpoline compiler|RETPOLINE=y, but not supported|-mindirect-branch.*not supported|retpoline.*not supported by the compiler|compiler lacks.*retpoline/i,
    code: 'E_KMOD_RETPOLINE',
    remedy:
      'the gcc is older than the kernel wants (retpoline): update gcc from the distribution, or give options: [CC=...]',
  },
  {
    pattern: /no build tree of kernel|\/build: No such file or directory|No rule to make target 'modules'/,
    code: 'E_KMOD_NO_TREE',
    remedy: 'run kernel_devel for this release first, or build on a host that has its headers (builder)',
  },
  {
    pattern: /Kernel configuration is invalid|generated\/autoconf\.h|include\/config\/auto\.conf.*missing/,
    code: 'E_KMOD_TREE_BARE',
    remedy:
      'the build tree is the bare source: configure and prepare it as the running kernel is (cp /boot/config-RELEASE .config; make olddefconfig modules_prepare), or run kernel_devel for this release',
  },
  {
    pattern: /(gcc|cc)(-[0-9.]+)?: (command )?not found|gcc: No such file|Command not found: gcc/i,
    code: 'E_KMOD_NO_COMPILER',
    remedy: 'run kernel_devel (compiler: true), or name a builder that has gcc and make',
  },
  {
    pattern: /unrecognized command[- ]line option|unrecognized argument in option|cc1: error: .*not supported/,
    code: 'E_KMOD_GCC_MISMATCH',
    remedy:
      'the kernel was built with a newer gcc than this one: install that gcc (see `cat /proc/version`) and give options: [CC=gcc-N]',
  },
  {
    pattern:
      /compiler-gcc\d+\.h: No such file|#error.*(compiler|gcc) (version )?(is )?(too|not supported)|incompatible gcc\/plugin versions/i,
    code: 'E_KMOD_GCC_MISMATCH',
    remedy: 'this gcc does not fit the kernel: use the one in `cat /proc/version` with options: [CC=gcc-N]',
  },
  {
    pattern: /GLIBC_[0-9.]+' not found|cannot execute binary file|Exec format error/,
    code: 'E_KMOD_TREE_FOREIGN',
    remedy: "the build tree's programs belong to another distribution or architecture: build on a host of its own kind",
  },
  {
    pattern: /libelf|gelf\.h: No such file/,
    code: 'E_KMOD_LIBELF',
    remedy: 'install libelf-dev (Debian), elfutils-libelf-devel (Red Hat) or libelf-devel (SUSE)',
  },
  {
    pattern: /toa: this kernel has no kretprobes/,
    code: 'E_KMOD_NO_KPROBES',
    remedy: 'the module needs CONFIG_KRETPROBES: use toa_strategy: ebpf, or a kernel that has it',
  },
  {
    pattern: /toa: PREEMPT_RT kernels/,
    code: 'E_KMOD_PREEMPT_RT',
    remedy: 'use toa_strategy: ebpf on real-time kernels',
  },
  {
    pattern: /toa: the headers of this kernel do not compile/,
    code: 'E_KMOD_HEADERS',
    remedy: 'headers and compiler do not fit each other: see the log; take the gcc that the kernel was built with',
  },
  { pattern: /No space left on device/, code: 'E_DISK_FULL', remedy: 'free space below /var/lib/toa, and run again' },
  {
    pattern: /Killed|virtual memory exhausted|Cannot allocate memory/,
    code: 'E_KMOD_MEMORY',
    remedy: 'the compiler had not enough memory: build on another host (builder)',
  },
  {
    pattern: /no sign-file program|sign-file: |SSL error|PEM/,
    code: 'E_KMOD_SIGN',
    remedy: "signing needs the tree's scripts/sign-file, a PEM key and its certificate (DER or PEM)",
  },
];

const OTHERWISE: Known = {
  pattern: /error:|\*\*\*/,
  code: 'E_KMOD_BUILD',
  remedy: 'read the log; if the source is the bundled one, report it with the log',
};

/** The line that says why a build failed, with a code and what to do. */
export const explainBuild = (log: string): Reason => reasonIn(log, KNOWN, OTHERWISE);

/** What compat/check.sh complains of. A builder that says another code has not run it. */
const COMPLAINTS = {
  E_KMOD_BINUTILS: true,
  E_KMOD_MISSING: true,
  E_KMOD_PLT32: true,
  E_KMOD_SSE: true,
  E_KMOD_SYMBOLS: true,
  E_KMOD_VERMAGIC: true,
} satisfies Partial<Record<ErrorCode, true>>;

function codeOf(word: string): ErrorCode {
  return Object.hasOwn(COMPLAINTS, word) ? (word as keyof typeof COMPLAINTS) : 'E_KMOD_FOREIGN';
}

/** Complaints of compat/check.sh about the built module: code and text. */
export function explainCheck(lines: readonly string[]): Reason | undefined {
  const found = lines.map((line) => /^(E_[A-Z0-9_]+): (.*)$/.exec(line)).filter((match) => match !== null);
  if (found.length === 0) return undefined;
  return {
    msg: `the built module is not fit to load: ${found.map((match) => match[2]).join('; ')}`,
    code: codeOf(found[0][1]),
    remedy: 'it was not shipped; build with the compiler and binutils of the distribution that the kernel is from',
  };
}

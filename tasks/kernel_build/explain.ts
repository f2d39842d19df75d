import { type Known, type Reason, reasonIn } from '../shared/build-log.ts';

/** What compilers and kbuild say, and what helps. The first row that matches counts. */
const KNOWN: readonly Known[] = [
  {
    pattern: /No space left on device/,
    code: 'E_DISK_FULL',
    remedy: 'free space where the tree lies; the next run goes on',
  },
  {
    pattern: /Killed signal|\bKilled$|virtual memory exhausted|Cannot allocate memory|out of memory allocating/,
    code: 'E_KBUILD_MEMORY',
    remedy: 'the compiler had not enough memory: jobs: 1, or another builder',
  },
  {
    pattern: /mixed implicit and (normal|static) rules/,
    code: 'E_KBUILD_TOOLS',
    remedy: 'make 3.82 and later: split the rule `config %config:` by a patch, or build with an older make',
  },
  {
    pattern: /Can't use 'defined\(@array\)'/,
    code: 'E_KBUILD_TOOLS',
    remedy: 'perl 5.22 and later: `if (!@val)` in kernel/timeconst.pl, by a patch',
  },
  {
    pattern: /compiler-gcc\d+\.h: No such file/,
    code: 'E_KBUILD_TOOLS',
    remedy: 'this gcc is newer than the tree: build on a host of its time, or add that header by a patch',
  },
  {
    pattern: /unrecognized (command[- ]line )?(option|argument in option)|-m elf_x86_64/,
    code: 'E_KBUILD_TOOLS',
    remedy: 'gcc does not know an option of this tree: use a gcc of its time (options: [CC=gcc-N])',
  },
  {
    pattern: /code model kernel does not support PIC mode/,
    code: 'E_KBUILD_TOOLS',
    remedy: 'options: [CC=gcc -fno-pie]',
  },
  {
    pattern: /(openssl\/\w+|libelf|gelf|ncurses)\.h: No such file|libelf-dev|libelf-devel/,
    code: 'E_KBUILD_TOOLS',
    remedy:
      'install the development files: libssl-dev, libelf-dev (Debian); openssl-devel, elfutils-libelf-devel (Red Hat)',
  },
  {
    pattern: /certs\/[^']*\.pem', needed by/,
    code: 'E_KBUILD_CONFIG',
    remedy: 'the configuration names a certificate of its distributor: config: {CONFIG_SYSTEM_TRUSTED_KEYS: ""}',
  },
  {
    pattern:
      /(^|[ /])(gcc|cc|bc|flex|bison|perl|awk|pahole|xz|lz4|zstd)(-[0-9.]+)?: (1: )?(command )?not found|Command not found: /,
    code: 'E_KBUILD_TOOLS',
    remedy: 'install that program',
  },
  {
    pattern: /No rule to make target/,
    code: 'E_KBUILD_TARGET',
    remedy: 'this tree has no such target, or the file is missing: look at `targets` and the tree',
  },
];

const OTHERWISE: Known = {
  pattern: /(^|: )(fatal )?error:|\*\*\* |: undefined reference|parse error|Error \d+$/,
  code: 'E_KBUILD_COMPILE',
  remedy: 'mend the source (a patch), and run again: what is compiled stays, make goes on from there',
};

/** The line that says why a build failed: the first known cause, else the first error. */
export const explainBuild = (log: string): Reason => reasonIn(log, KNOWN, OTHERWISE);

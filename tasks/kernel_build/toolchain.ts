/** What breaks with which tools, as data. From kernel sources and their mailing lists; each row says what helps. */

export interface Ailment {
  /** Kernels that have it: from this one on, before that one. */
  readonly kernel?: { readonly from?: string; readonly before?: string };
  /** The tool and its versions; without versions the row is about a tool that is missing. */
  readonly tool: 'gcc' | 'make' | 'perl' | 'binutils' | 'bc' | 'flex' | 'bison' | 'patch';
  readonly from?: string;
  readonly before?: string;
  /** Only where the tree has this text (a basic regular expression), or lacks it. `{gcc}` is gcc's major version. */
  readonly has?: { readonly file: string; readonly text: string };
  readonly lacks?: { readonly file: string; readonly text: string };
  /** It cannot work; without this it is a warning. */
  readonly stops: boolean;
  readonly says: string;
  readonly remedy: string;
}

const BUILDER = 'build on a host, chroot or container of that time';

const wantsGcc = (kernel: string, gcc: string): Ailment => ({
  kernel: { from: kernel },
  tool: 'gcc',
  before: gcc,
  stops: true,
  says: `kernels from ${kernel} on want gcc ${gcc}`,
  remedy: 'install a newer gcc (devtoolset, software collections), options: [CC=...]',
});

const wantsParser = (tool: 'flex' | 'bison'): Ailment => ({
  kernel: { from: '4.16' },
  tool,
  stops: true,
  says: `${tool} is missing: kernels from 4.16 on make their configuration program with it`,
  remedy: 'install flex and bison',
});

export const AILMENTS: readonly Ailment[] = [
  {
    kernel: { before: '2.6' },
    tool: 'gcc',
    from: '3.5',
    stops: true,
    says: 'kernels 2.4 want gcc 2.95 to 3.4; what gcc 4.2 and later make of them fails at run time',
    remedy: `${BUILDER} (Red Hat 9, Debian sarge), or options: [CC=gcc-3.4]`,
  },
  {
    kernel: { from: '2.6' },
    tool: 'gcc',
    before: '3.2',
    stops: true,
    says: 'kernels 2.6 and later want gcc 3.2',
    remedy: 'install a newer gcc, options: [CC=...]',
  },
  wantsGcc('4.19', '4.6'),
  wantsGcc('5.8', '4.9'),
  wantsGcc('5.15', '5.1'),
  {
    kernel: { before: '2.6.36' },
    tool: 'make',
    from: '3.82',
    has: { file: 'Makefile', text: '^\\(config %config\\|/ %/\\):' },
    stops: true,
    says: 'make 3.82 and later stop at this Makefile: "mixed implicit and normal rules"',
    remedy: 'split the rule `config %config:` into `config:` and `%config:` (and `/ %/:` the same way) by a patch',
  },
  {
    tool: 'perl',
    from: '5.22',
    has: { file: 'kernel/timeconst.pl', text: 'defined(@' },
    stops: true,
    says: "perl 5.22 and later stop at kernel/timeconst.pl: \"Can't use 'defined(@array)'\"",
    remedy: 'a patch: `if (!@val)` in place of `if (!defined(@val))`',
  },
  {
    kernel: { from: '2.6', before: '4.2' },
    tool: 'gcc',
    from: '5',
    has: { file: 'include/linux/compiler-gcc.h', text: 'gcc_header' },
    lacks: { file: 'include/linux/compiler-gcc{gcc}.h', text: '' },
    stops: true,
    says: 'this tree has a header for each gcc, and none for this one: include/linux/compiler-gcc{gcc}.h is missing',
    remedy: `${BUILDER}; a patch that adds compiler-gcc{gcc}.h as a copy of compiler-gcc4.h gets further`,
  },
  {
    tool: 'gcc',
    from: '4.6',
    has: { file: 'arch/x86/vdso/Makefile', text: '-m elf_x86_64' },
    stops: true,
    says: 'gcc 4.6 and later refuse `-m elf_x86_64`, which arch/x86/vdso/Makefile gives it',
    remedy: 'a patch: -m64 and -m32 in place of `-m elf_x86_64` and `-m elf_i386`',
  },
  {
    kernel: { from: '2.6', before: '3.18' },
    tool: 'gcc',
    from: '5',
    lacks: { file: 'Makefile', text: 'std=gnu89' },
    stops: false,
    says: 'gcc 5 and later read C11, in which `extern inline` means something else: functions will be defined twice',
    remedy: 'options: [CC=gcc -std=gnu89 -fno-pie]',
  },
  {
    kernel: { from: '2.6', before: '4.9' },
    tool: 'gcc',
    from: '6',
    lacks: { file: 'Makefile', text: 'fno-pie\\|no-pie' },
    stops: false,
    says: 'a gcc that makes position independent programs breaks old checks of its options: modules may use SSE and panic',
    remedy: '-fno-pie in CC itself, not in KCFLAGS: options: [CC=gcc -fno-pie]',
  },
  {
    kernel: { from: '2.6', before: '4.16' },
    tool: 'binutils',
    from: '2.31',
    stops: false,
    says: 'binutils 2.31 and later emit R_X86_64_PLT32, which the module loader of this kernel refuses',
    remedy: `${BUILDER}, or build what matters into the kernel (=y)`,
  },
  {
    kernel: { from: '3.9' },
    tool: 'bc',
    stops: true,
    says: 'bc is missing: kernels from 3.9 on compute their clocks with it',
    remedy: 'install bc',
  },
  wantsParser('flex'),
  wantsParser('bison'),
  { tool: 'gcc', stops: true, says: 'gcc is missing', remedy: 'install gcc, or options: [CC=...]' },
  { tool: 'make', stops: true, says: 'make is missing', remedy: 'install make' },
];

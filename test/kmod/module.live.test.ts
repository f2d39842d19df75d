import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const toa = join(root, 'kmod/toa');
const folder = mkdtempSync(join(tmpdir(), 'toa-module-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An object with a modinfo section as kbuild makes it; `flags` decide what is wrong with it. */
function object(name: string, code: string, release: string, ...flags: string[]): string {
  const path = join(folder, `${name}.ko`);
  const info = `__attribute__((section(".modinfo"), used)) static const char magic[] = "vermagic=${release} SMP mod_unload ";`;
  writeFileSync(`${path}.c`, `${info}\n${code}\n`);
  execFileSync('gcc', ['-O2', '-c', ...flags, '-o', path, `${path}.c`]);
  return path;
}

function check(ko: string, ...more: string[]): string {
  try {
    return execFileSync('sh', [join(toa, 'compat/check.sh'), ko, ...more], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return String((error as { stderr: string }).stderr);
  }
}

describe('a built module is looked at before it ships', () => {
  const plain = 'int one(int a) { return a + 1; }';
  const calls = 'int other(int); int one(int a) { return other(a) + 1; }';

  test('SSE registers are refused', () => {
    const floats = 'void one(float *a, float *b) { for (int i = 0; i < 64; i++) a[i] += b[i]; }';
    expect(check(object('sse', floats, '6.1.0', '-msse2'))).toContain('E_KMOD_SSE');
    expect(check(object('plain', plain, '6.1.0', '-mno-sse'))).toBe('');
  });

  test('PLT32 relocations are refused where the loader does not know them', () => {
    expect(check(object('plt', calls, '2.6.32-642.el6.x86_64', '-fno-pie', '-mno-sse'))).toContain('E_KMOD_PLT32');
    expect(check(object('plt', calls, '3.10.0-1160.el7.x86_64', '-fno-pie', '-mno-sse'))).toContain('E_KMOD_PLT32');
    expect(check(object('plt', calls, '4.18.0-147.el8.x86_64', '-fno-pie', '-mno-sse'))).toBe('');
  });

  test('PLT32 relocations become PC32 for old kernels, and nothing else changes', () => {
    const mend = (release: string): [Buffer, Buffer] => {
      const ko = object('mend', calls, release, '-fno-pie', '-mno-sse');
      const before = readFileSync(ko);
      execFileSync('sh', [join(toa, 'compat/plt32.sh'), ko]);
      return [before, readFileSync(ko)];
    };
    const [before, after] = mend('3.10.0-1160.el7.x86_64');
    expect(check(join(folder, 'mend.ko'))).toBe('');
    const changed = [...before.keys()].filter((at) => before[at] !== after[at]);
    expect(changed.map((at) => [before[at], after[at]])).toEqual([[4, 2]]);
    const disassembled = execFileSync('objdump', ['-dr', join(folder, 'mend.ko')], { encoding: 'utf8' });
    expect(disassembled).toMatch(/R_X86_64_PC32\s+other-0x4/);
    const [modern, same] = mend('4.18.0-147.el8.x86_64');
    expect(same.equals(modern)).toBe(true);
  });

  test('another release and unknown symbols are refused', () => {
    const ko = object('symbols', calls, '6.1.0', '-mno-sse');
    writeFileSync(join(folder, 'Module.symvers'), '0x00000000\tother\tvmlinux\tEXPORT_SYMBOL\t\n');
    expect(check(ko, folder, '6.1.0')).toBe('');
    expect(check(ko, folder, '6.1.1')).toContain('E_KMOD_VERMAGIC');
    writeFileSync(join(folder, 'Module.symvers'), '0x00000000\tanother\tvmlinux\tEXPORT_SYMBOL\t\n');
    expect(check(ko, folder, '6.1.0')).toContain('E_KMOD_SYMBOLS: the kernel does not offer: other');
  });
});

describe('the compiler for an old tree', () => {
  const say = (makefile: string): string => {
    const tree = mkdtempSync(join(folder, 'tree-'));
    writeFileSync(join(tree, 'Makefile'), makefile);
    return execFileSync('sh', [join(toa, 'compat/cc.sh'), tree], { encoding: 'utf8' }).trim();
  };

  test('has in CC itself what the tree does not know of it, and no other tree has', () => {
    expect(say('KBUILD_CFLAGS := -Wall\n')).toBe('gcc -fno-pie -std=gnu89');
    expect(say('KBUILD_CFLAGS := -Wall -std=gnu89\n')).toBe('gcc -fno-pie');
    expect(say('KBUILD_CFLAGS := -std=gnu89 $(call cc-option,-fno-PIE)\n')).toBe('');
  });

  test('is looked for behind the include of a Debian build tree', () => {
    const common = join(folder, 'common');
    mkdirSync(common);
    writeFileSync(join(common, 'Makefile'), 'KBUILD_CFLAGS += -std=gnu11 -fno-PIE\n');
    expect(say(`KERNELRELEASE := 6.1\ninclude ${common}/Makefile\n`)).toBe('');
  });
});

describe('what the kernel is asked by compiling (headers of the test)', () => {
  const probes = join(toa, 'compat/probes');
  /** Empty headers for all that the first probe includes, one of them with this line. */
  const configured = (line: string): string => {
    const tree = mkdtempSync(join(folder, 'headers-'));
    const text = readFileSync(join(probes, '00-compiles.c'), 'utf8');
    for (const [, path = ''] of text.matchAll(/#include <([^>]+)>/g)) {
      mkdirSync(join(tree, dirname(path)), { recursive: true });
      writeFileSync(join(tree, path), path === 'linux/slab.h' ? `${line}\n` : '');
    }
    const kprobes = 'struct kretprobe { int one; };\nint register_kretprobe(struct kretprobe *probe);\n';
    writeFileSync(join(tree, 'linux/kprobes.h'), kprobes);
    const out = join(tree, 'toa_config.h');
    execFileSync('sh', [join(toa, 'compat/configure.sh'), out, `gcc -nostdinc -I${tree}`]);
    return readFileSync(out, 'utf8');
  };

  test('headers that warn are told, so that warnings are errors only where they are ours', () => {
    expect(configured('')).not.toMatch(/TOA_HEADERS_WARN|#error/);
    expect(configured('#warning old')).toContain('#define TOA_HEADERS_WARN 1');
    expect(configured('#error broken')).toContain('#error "toa: the headers of this kernel do not compile');
  });
});

test('entry handlers return 0 only: 2.6.32 leaks the instance otherwise', () => {
  const text = ['handlers.c', 'selftest.c'].map((name) => readFileSync(join(toa, name), 'utf8')).join('\n');
  const bodies = [...text.matchAll(/static int (\w+_entry)\([^{]*\{([\s\S]*?)\n\}/g)];
  expect(bodies.map(([, name]) => name).toSorted()).toEqual([
    'toa_child_entry',
    'toa_name_entry',
    'toa_selftest_entry',
  ]);
  for (const [, , body] of bodies)
    expect([...(body ?? '').matchAll(/return ([^;]*);/g)].map(([, value]) => value)).toEqual(['0']);
});

test('no file of the module looks at a version number', () => {
  const files = readdirSync(toa, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[ch]$/.test(name));
  expect(files.length).toBeGreaterThan(15);
  for (const name of files)
    expect(readFileSync(join(toa, name), 'utf8'), name).not.toMatch(/LINUX_VERSION_CODE|KERNEL_VERSION|RHEL_RELEASE/);
});

// One kernel of scripts/test-kernels, the small set; all of them: docs/kernels.md
test('Debian 12 kernel in QEMU: the module shows clients in every case', async () => {
  const run = promisify(execFile)(join(root, 'scripts/test-kernels'), ['--kernel', '6.1', '--small', '--out', folder], {
    maxBuffer: 1 << 26,
  });
  await run.catch(() => undefined); // the rows say what failed
  const rows = JSON.parse(readFileSync(join(folder, 'kernels.json'), 'utf8')) as {
    receiver: string;
    case: string;
    status: string;
    detail: string;
  }[];
  const module = rows.filter(({ receiver }) => receiver !== 'ebpf');
  expect(module.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(module.filter(({ status }) => status === 'pass').length).toBeGreaterThan(60);
  expect(rows.some(({ receiver, status }) => receiver === 'ebpf' && status === 'pass')).toBe(true);
}, 900_000);

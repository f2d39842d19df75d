import type { Reason } from '../shared/build-log.ts';
import { NotElf, readElf, type Elf } from './elf.ts';
import { isExpected } from './symbols.ts';

const ET_REL = 1;
/** By `uname -m`: the ELF machine, and the relocation types that the kernel's loader applies to modules. */
const MACHINES: Readonly<Record<string, { machine: number; relocation: (type: number) => boolean }>> = {
  // R_X86_64_: NONE, 64, PC32, PLT32, 32, 32S, PC64
  x86_64: { machine: 62, relocation: (type) => [0, 1, 2, 4, 10, 11, 24].includes(type) },
  // R_AARCH64_: NONE, ABS64 to PREL16, MOVW_*, LD_PREL_LO19 to LDST128_ABS_LO12_NC
  aarch64: { machine: 183, relocation: (type) => type === 0 || type === 256 || (type >= 257 && type <= 299) },
};
const LARGEST = 8 * 1024 * 1024;

/** What a module has to be. */
export interface Wanted {
  readonly release: string;
  readonly arch: string;
  /** Compiled from the source that ships with this program: then it is known what it may ask the kernel for. */
  readonly bundled: boolean;
}

const wrong = (msg: string): Reason => ({
  msg: `what the builder made is not the module: ${msg}`,
  code: 'E_KMOD_FOREIGN',
  remedy: 'look at the builder: it made something else; leave `builder` out, and each host builds for itself only',
});

function modinfo(elf: Elf): Map<string, string> | undefined {
  const sections = elf.sections.filter(({ name }) => name === '.modinfo');
  if (sections.length !== 1) return undefined;
  const lines = sections[0].data.toString('latin1').split('\0');
  return new Map(lines.reverse().map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
}

function wrongHead(elf: Elf, want: Wanted): string | undefined {
  const machine = MACHINES[want.arch];
  if (!machine) return `nobody knows modules of ${want.arch}`;
  if (elf.type !== ET_REL) return 'no relocatable object';
  if (elf.machine !== machine.machine) return `for another machine than ${want.arch}`;
  const info = modinfo(elf);
  if (!info) return 'it has no .modinfo';
  const release = (info.get('vermagic') ?? '').split(' ')[0];
  if (release !== want.release) return `for kernel '${release}', not ${want.release}`;
  // kernels before 4.13 write no name there
  if ((info.get('name') ?? 'toa') !== 'toa') return `its name is '${info.get('name')}'`;
  const self = elf.sections.filter(({ name }) => name === '.gnu.linkonce.this_module');
  if (self.length !== 1 || !self[0].data.includes('\0toa\0')) return 'it does not call itself toa';
  return undefined;
}

function wrongInside(elf: Elf, want: Wanted): string | undefined {
  const { relocation } = MACHINES[want.arch];
  const bad = elf.relocations.find(({ type }) => !relocation(type));
  if (bad) return `relocation ${bad.type} in ${bad.section.name}`;
  // init_module and cleanup_module; anything else there would run by itself
  const hooks = elf.relocations.filter(({ section }) => section.name === '.gnu.linkonce.this_module');
  if (hooks.length > 2) return 'it hooks more than its beginning and its end';
  const symbol = want.bundled ? elf.undefinedSymbols.find((name) => !isExpected(name)) : undefined;
  return symbol === undefined ? undefined : `it asks the kernel for ${JSON.stringify(symbol.slice(0, 80))}`;
}

/**
 * Looks at a module that came from a builder, before it is signed, kept or sent to anybody.
 * @returns why it is not taken, or undefined
 */
export function inspectModule(data: Uint8Array, want: Wanted): Reason | undefined {
  if (data.length > LARGEST) return wrong(`${data.length} bytes`);
  try {
    const elf = readElf(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    const found = wrongHead(elf, want) ?? wrongInside(elf, want);
    return found === undefined ? undefined : wrong(found);
  } catch (error) {
    if (error instanceof NotElf) return wrong(error.message);
    throw error;
  }
}

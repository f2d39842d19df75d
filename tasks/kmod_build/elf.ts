/** A section of an ELF file: its bounds are inside the file. */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly link: number;
  readonly info: number;
  readonly size: number;
  /** Empty for a section without bytes in the file (.bss). */
  readonly data: Buffer;
}

export interface Relocation {
  readonly section: Section;
  readonly offset: number;
  readonly type: number;
  readonly symbol: number;
}

export interface Elf {
  readonly type: number;
  readonly machine: number;
  readonly sections: readonly Section[];
  /** Names of symbols that are not defined here, by their number. */
  readonly undefinedSymbols: readonly string[];
  readonly symbols: number;
  readonly relocations: readonly Relocation[];
}

/** ELF files of another kind than modules are, and broken ones. */
export class NotElf extends Error {}

const SHT = { SYMTAB: 2, RELA: 4, NOBITS: 8, REL: 9 };
const MOST_SECTIONS = 4096;

function ensure(holds: boolean, what: string): asserts holds {
  if (!holds) throw new NotElf(what);
}

function number(data: Buffer, at: number): number {
  const value = data.readBigUInt64LE(at);
  ensure(value <= BigInt(Number.MAX_SAFE_INTEGER), 'a number that no file of this size has');
  return Number(value);
}

function text(data: Buffer, at: number): string {
  ensure(at < data.length, 'a name outside its table');
  const end = data.indexOf(0, at);
  ensure(end >= 0, 'a name without an end');
  return data.toString('latin1', at, end);
}

function readSections(file: Buffer): Section[] {
  const table = number(file, 40);
  const count = file.readUInt16LE(60);
  ensure(file.readUInt16LE(58) === 64 && count > 0 && count <= MOST_SECTIONS, 'no table of sections');
  ensure(table + count * 64 <= file.length, 'a table of sections outside the file');
  const headers = Array.from({ length: count }, (_, i) => file.subarray(table + i * 64, table + i * 64 + 64));
  const bytes = headers.map((header) => {
    if (header.readUInt32LE(4) === SHT.NOBITS) return Buffer.alloc(0);
    const [offset, size] = [number(header, 24), number(header, 32)];
    ensure(offset + size <= file.length, 'a section outside the file');
    return file.subarray(offset, offset + size);
  });
  const names = bytes[file.readUInt16LE(62)];
  ensure(names !== undefined, 'no names of sections');
  return headers.map((header, i) => ({
    name: i === 0 ? '' : text(names, header.readUInt32LE(0)),
    type: header.readUInt32LE(4),
    link: header.readUInt32LE(40),
    info: header.readUInt32LE(44),
    size: number(header, 32),
    data: bytes[i],
  }));
}

function undefinedOf(table: Section, names: Section | undefined): string[] {
  ensure(names !== undefined && table.data.length % 24 === 0, 'a broken table of symbols');
  const found: string[] = [];
  for (let at = 24; at < table.data.length; at += 24) {
    if (table.data.readUInt16LE(at + 6) === 0) found.push(text(names.data, table.data.readUInt32LE(at)));
  }
  return found;
}

function relocationsOf(rela: Section, sections: readonly Section[], symbols: number): Relocation[] {
  ensure(rela.data.length % 24 === 0, 'a broken table of relocations');
  const section = sections[rela.info];
  ensure(section !== undefined && rela.info > 0 && section.type !== SHT.RELA, 'relocations of no section');
  return Array.from({ length: rela.data.length / 24 }, (_, i) => {
    const at = i * 24;
    const one = {
      section,
      offset: number(rela.data, at),
      type: rela.data.readUInt32LE(at + 8),
      symbol: rela.data.readUInt32LE(at + 12),
    };
    ensure(one.offset < section.size, `a relocation outside ${section.name}`);
    ensure(one.symbol < symbols, `a relocation of ${section.name} with a symbol that is none`);
    return one;
  });
}

/**
 * Reads a 64-bit little-endian ELF file; every offset in it is checked against its length.
 * @throws NotElf
 */
export function readElf(file: Buffer): Elf {
  ensure(file.length >= 64 && file.readUInt32BE(0) === 0x7f454c46, 'no ELF file');
  ensure(file[4] === 2 && file[5] === 1, 'not a 64-bit little-endian ELF file');
  const sections = readSections(file);
  const tables = sections.filter(({ type }) => type === SHT.SYMTAB);
  ensure(tables.length === 1, 'not one table of symbols');
  ensure(!sections.some(({ type }) => type === SHT.REL), 'relocations without addends');
  const symbols = tables[0].data.length / 24;
  return {
    type: file.readUInt16LE(16),
    machine: file.readUInt16LE(18),
    sections,
    symbols,
    undefinedSymbols: undefinedOf(tables[0], sections[tables[0].link]),
    relocations: sections
      .filter(({ type }) => type === SHT.RELA)
      .flatMap((rela) => relocationsOf(rela, sections, symbols)),
  };
}

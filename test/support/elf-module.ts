/** What a made-up module is like; the defaults are one that is taken. */
export interface ModuleShape {
  readonly release: string;
  readonly machine?: number;
  readonly type?: number;
  readonly name?: string;
  readonly self?: string;
  readonly wants?: readonly string[];
  /** Type of the one relocation in .text, and where it stands. */
  readonly relocation?: number;
  readonly offset?: number;
  /** Relocations in .gnu.linkonce.this_module. */
  readonly hooks?: number;
  readonly extra?: Buffer;
}

interface Part {
  readonly name: string;
  readonly type: number;
  readonly data: Buffer;
  readonly link?: number;
  readonly info?: number;
}

function rela(offset: number, type: number, symbol: number): Buffer {
  const one = Buffer.alloc(24);
  one.writeBigUInt64LE(BigInt(offset), 0);
  one.writeUInt32LE(type, 8);
  one.writeUInt32LE(symbol, 12);
  return one;
}

/** A string table, and where each name stands in it. */
function strings(names: readonly string[]): { data: Buffer; at: number[] } {
  const at: number[] = [];
  let text = '\0';
  for (const name of names) {
    at.push(text.length);
    text += `${name}\0`;
  }
  return { data: Buffer.from(text, 'latin1'), at };
}

function header(shape: ModuleShape, sections: number, table: number): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x7f454c46, 0);
  head.set([2, 1, 1], 4);
  head.writeUInt16LE(shape.type ?? 1, 16);
  head.writeUInt16LE(shape.machine ?? 62, 18);
  head.writeBigUInt64LE(BigInt(table), 40);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(sections, 60);
  head.writeUInt16LE(sections - 1, 62);
  return head;
}

/** An ELF file that looks like a kernel module, byte for byte made here; no compiler is needed. */
export function elfModule(shape: ModuleShape): Buffer {
  const wants = shape.wants ?? ['_printk', 'kfree'];
  const symbolNames = strings(wants);
  const symbols = Buffer.alloc(24 * (wants.length + 1));
  symbolNames.at.forEach((at, i) => symbols.writeUInt32LE(at, 24 * (i + 1)));
  const info = [`vermagic=${shape.release} SMP mod_unload `, `name=${shape.name ?? 'toa'}`, 'license=GPL', ''].join(
    '\0',
  );
  const self = Buffer.alloc(128);
  self.write(`\0${shape.self ?? 'toa'}\0`, 23, 'latin1');
  const hooks = Array.from({ length: shape.hooks ?? 2 }, (_, i) =>
    rela(64 + i * 8, shape.machine === 183 ? 257 : 1, 0),
  );
  const parts: Part[] = [
    { name: '', type: 0, data: Buffer.alloc(0) },
    { name: '.text', type: 1, data: Buffer.alloc(32) },
    { name: '.rela.text', type: 4, data: rela(shape.offset ?? 4, shape.relocation ?? 4, 1), link: 6, info: 1 },
    { name: '.modinfo', type: 1, data: Buffer.from(info, 'latin1') },
    { name: '.gnu.linkonce.this_module', type: 1, data: self },
    { name: '.rela.gnu.linkonce.this_module', type: 4, data: Buffer.concat(hooks), link: 6, info: 4 },
    { name: '.symtab', type: 2, data: symbols, link: 7 },
    { name: '.strtab', type: 3, data: symbolNames.data },
  ];
  const names = strings([...parts.map(({ name }) => name), '.shstrtab']);
  parts.push({ name: '.shstrtab', type: 3, data: names.data });
  const bodies: Buffer[] = [];
  const headers: Buffer[] = [];
  let offset = 64;
  parts.forEach((part, i) => {
    const one = Buffer.alloc(64);
    one.writeUInt32LE(i === 0 ? 0 : names.at[i], 0);
    one.writeUInt32LE(part.type, 4);
    one.writeBigUInt64LE(BigInt(offset), 24);
    one.writeBigUInt64LE(BigInt(part.data.length), 32);
    one.writeUInt32LE(part.link ?? 0, 40);
    one.writeUInt32LE(part.info ?? 0, 44);
    headers.push(one);
    bodies.push(part.data);
    offset += part.data.length;
  });
  return Buffer.concat([header(shape, parts.length, offset), ...bodies, ...headers, shape.extra ?? Buffer.alloc(0)]);
}

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { awaitProgram } from '../../scripts/lib/programs.mjs';

const root = resolve(import.meta.dirname, '../..');
const file = (arch: string, name: string) => join(root, 'kmod/build', arch, name);
const AARCH64 = 183; // e_machine, ELF for the Arm 64-bit architecture

beforeAll(async () => {
  for (const arch of ['x86_64', 'aarch64']) await awaitProgram(join(root, 'scripts/build-kmod'), ['--arch', arch]);
}, 240_000);

test('the programs are static, and of the other architecture', async () => {
  for (const name of ['toa-bpf', 'toa-probe']) {
    const elf = await readFile(file('aarch64', name));
    expect(elf.readUInt16LE(18)).toBe(AARCH64);
    const headers = Number(elf.readBigUInt64LE(32));
    const types = Array.from({ length: elf.readUInt16LE(56) }, (_, i) => elf.readUInt32LE(headers + i * 56));
    expect(types).not.toContain(3); // PT_INTERP: a program that needs a loader
  }
});

test('both architectures hold the same eBPF objects, and aarch64 runs', async () => {
  const { stdout } = await awaitProgram('qemu-aarch64-static', [file('aarch64', 'toa-bpf'), 'version']);
  const said = JSON.parse(stdout);
  expect(said.ok).toBe(true);
  expect(said.build).not.toBe('cbf29ce484222325'); // the hash of nothing
  const { stdout: native } = await awaitProgram(file(process.arch === 'arm64' ? 'aarch64' : 'x86_64', 'toa-bpf'), [
    'version',
  ]);
  expect(said).toEqual(JSON.parse(native));
});

test('the probe says how it is used', async () => {
  await expect(awaitProgram('qemu-aarch64-static', [file('aarch64', 'toa-probe'), 'port'])).rejects.toMatchObject({
    status: 2,
  });
});

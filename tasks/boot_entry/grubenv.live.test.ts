import fc from 'fast-check';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { readGrubenv, setGrubenv } from './loaders/grubenv.ts';
import { tryProgram } from '../../scripts/lib/programs.mjs';

/** grub-editenv, grub-reboot and grub-set-default (grub-common, grub2-common) decide what is right. */
const scratch = useScratch();
const tool = (name: string, ...args: string[]): string => tryProgram(name, args).bytes.toString('latin1');

const name = fc.stringMatching(/^[a-z_]{1,10}$/);
const value = fc.stringMatching(/^[A-Za-z0-9>\\ .,#=-]{0,30}$/);
const steps = fc.array(fc.tuple(name, fc.option(value, { nil: undefined })), { maxLength: 8 });

it('grubenv: any changes give the bytes that grub-editenv writes', () => {
  const file = join(scratch(), 'grubenv');
  fc.assert(
    fc.property(steps, (changes) => {
      tool('grub-editenv', file, 'create');
      let ours = readFileSync(file, 'latin1');
      for (const [key, text] of changes) {
        tool('grub-editenv', file, ...(text === undefined ? ['unset', key] : ['set', `${key}=${text}`]));
        ours = setGrubenv(file, ours, { [key]: text });
        expect(ours).toBe(readFileSync(file, 'latin1'));
      }
      const listed = tool('grub-editenv', file, 'list').split('\n').filter(Boolean);
      const read = [...readGrubenv(file, ours)].map(([key, text]) => `${key}=${text}`);
      expect(read).toEqual(listed);
    }),
    { numRuns: 40 },
  );
});

it('saved_entry and next_entry: as grub-set-default and grub-reboot write them', () => {
  const root = scratch();
  mkdirSync(join(root, 'grub'));
  const file = join(root, 'grub/grubenv');
  tool('grub-editenv', file, 'create');
  const id = 'gnulinux-advanced-1>gnulinux-6.1.0-13-amd64-advanced-1';
  let ours = readFileSync(file, 'latin1');
  tool('grub-set-default', `--boot-directory=${root}`, id);
  ours = setGrubenv(file, ours, { saved_entry: id });
  expect(ours).toBe(readFileSync(file, 'latin1'));
  tool('grub-reboot', `--boot-directory=${root}`, '2');
  ours = setGrubenv(file, ours, { next_entry: '2' });
  expect(ours).toBe(readFileSync(file, 'latin1'));
});

it('a block without room, of another length, or of something else is refused', () => {
  const file = join(scratch(), 'grubenv');
  tool('grub-editenv', file, 'create');
  const text = readFileSync(file, 'latin1');
  expect(() => setGrubenv(file, text, { a: 'x'.repeat(1000) })).toThrow('has no room for a');
  expect(() => readGrubenv(file, text.slice(1))).toThrow('is no GRUB environment block');
  expect(() => readGrubenv(file, text.slice(0, 500))).toThrow('has 500 bytes');
  writeFileSync(file, text);
});

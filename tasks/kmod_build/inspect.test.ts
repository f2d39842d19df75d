import { describe, expect, it } from 'vitest';
import { elfModule, type ModuleShape } from '../../test/support/elf-module.ts';
import { inspectModule } from './inspect.ts';

const RELEASE = '6.1.0-57-amd64';
const look = (data: Uint8Array, bundled = true): string | undefined =>
  inspectModule(data, { release: RELEASE, arch: 'x86_64', bundled })?.msg;
const made = (shape: Partial<ModuleShape>): Buffer => elfModule({ release: RELEASE, ...shape });

describe('what a builder sends', () => {
  it('is taken when it is the module, signed or not', () => {
    expect(look(made({}))).toBeUndefined();
    expect(look(made({ extra: Buffer.from('~Module signature appended~\n') }))).toBeUndefined();
    expect(
      inspectModule(made({ machine: 183, relocation: 283 }), { release: RELEASE, arch: 'aarch64', bundled: true }),
    ).toBeUndefined();
  });

  it.each<[string, Buffer, string]>([
    ['a program', made({ type: 2 }), 'no relocatable object'],
    ['for another machine', made({ machine: 183 }), 'another machine'],
    ['for another kernel', made({ release: '6.1.0-56-amd64' }), "for kernel '6.1.0-56-amd64'"],
    ['of a release that begins the same', made({ release: `${RELEASE}x` }), 'for kernel'],
    ['another module', made({ name: 'rootkit' }), "its name is 'rootkit'"],
    ['another module that hides its name', made({ self: 'rootkit' }), 'does not call itself toa'],
    ['a wish for more', made({ wants: ['kfree', 'commit_creds'] }), '"commit_creds"'],
    ['a wish for a name of control characters', made({ wants: ['kfree', '\x1b[2J'] }), '"\\u001b[2J"'],
    ['a relocation of another kind', made({ relocation: 37 }), 'relocation 37'],
    ['a relocation outside', made({ offset: 4096 }), 'a relocation outside .text'],
    ['further hooks', made({ hooks: 3 }), 'hooks more'],
    ['a script', Buffer.from(`#!/bin/sh\n${'x'.repeat(100)}`), 'no ELF file'],
    ['nothing', Buffer.alloc(0), 'no ELF file'],
    ['nine megabytes', Buffer.alloc(9 << 20), 'bytes'],
  ])('%s is refused', (_, data, message) => expect(look(data)).toContain(message));

  it('symbols of a source of the user are its own matter', () =>
    expect(look(made({ wants: ['kfree', 'vendor_call'] }), false)).toBeUndefined());

  it('bytes changed, cut and put in are refused or taken, and never more than that', () => {
    const good = made({});
    let state = 1;
    const next = (below: number): number => {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      return (state >>> 8) % below;
    };
    let refused = 0;
    for (let i = 0; i < 20_000; i++) {
      const data = Buffer.from(good.subarray(0, next(4) === 0 ? next(good.length) : good.length));
      for (let n = next(4); n >= 0 && data.length > 0; n--) data[next(data.length)] = next(2) === 0 ? 255 : next(256);
      if (look(data) !== undefined) refused++;
    }
    expect(refused).toBeGreaterThan(10_000);
  });
});

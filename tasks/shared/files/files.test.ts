import { readlinkSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tree, useScratch } from '../../../test/support/scratch.ts';
import { forEachShell } from '../../../test/support/shells.ts';
import { runVerb } from '../../../test/support/verb-context.ts';
import { verb as copy } from '../../copy/task.ts';
import { verb as file } from '../../file/task.ts';
import { CONTENT_SH } from './files.ts';
import { runProgram } from '../../../scripts/lib/programs.mjs';

forEachShell('files.sh', (shell) => {
  const at = useScratch();
  const holds = async (path: string, text: string, length = Buffer.byteLength(text)): Promise<boolean> =>
    (await (await shell()).call({ scripts: [CONTENT_SH], fn: 'toa_holds', args: [path, text, String(length)] })).rc ===
    0;

  it.each(['', 'a', 'a\n', '\n', '\n\n', '  a\t b \\n \\\n', '-n\n*\n', 'é\u0001\u007f\r\n', `${'x'.repeat(1023)}\n`])(
    'knows the text %j again, and no other',
    async (text) => {
      const path = at('f');
      const bytes = Buffer.from(text);
      writeFileSync(path, bytes);
      expect(await holds(path, text)).toBe(true);
      // also those that a shell reads as the same, or as one of the same length
      const others = [
        Buffer.concat([bytes, Buffer.from('\n')]),
        Buffer.concat([bytes, Buffer.from('\0')]),
        Buffer.concat([Buffer.from('\0'), bytes]),
        Buffer.concat([Buffer.from(' '), bytes]),
        Buffer.concat([bytes, Buffer.alloc(5000, 'y')]),
        ...(bytes.length > 0 ? [bytes.subarray(1), bytes.subarray(0, -1), Buffer.alloc(bytes.length)] : []),
      ];
      for (const other of others) {
        writeFileSync(path, other);
        expect(await holds(path, text), JSON.stringify(other.toString().slice(0, 20))).toBe(false);
      }
    },
  );

  it('says no where it cannot tell', async () => {
    expect(await holds(at('missing'), '')).toBe(false);
    expect(await holds(at('.'), '')).toBe(false);
    writeFileSync(at('long'), 'x'.repeat(2000));
    expect(await holds(at('long'), 'x'.repeat(2000))).toBe(false);
  });

  it('gives a new file its mode, and an old one its own', async () => {
    const modes = { plain: undefined, secret: '0600', program: '0755', sticky: '1644', words: 'u=rw,g=r,o=' };
    for (const [name, mode] of Object.entries(modes)) {
      expect(await runVerb(copy, { content: 'x', dest: at(name), mode }, await shell())).toMatchObject({
        changed: true,
      });
    }
    const usual = (0o666 & ~process.umask()).toString(8).padStart(4, '0');
    const made = { plain: `${usual} x`, secret: '0600 x', program: '0755 x', sticky: '1644 x', words: '0640 x' };
    expect(tree(at())).toEqual(made);
    for (const name of Object.keys(modes)) await runVerb(copy, { content: 'y', dest: at(name) }, await shell());
    expect(tree(at())).toEqual(
      Object.fromEntries(Object.entries(made).map(([name, text]) => [name, text.replace('x', 'y')])),
    );
  });

  it.each(['to', '../a/b.c', "o'dd", 'two words', '$x', "' -> 'x", 'é'])(
    'reads where a link leads: %j',
    async (target) => {
      for (const name of ['link', "it's a -> link"]) {
        symlinkSync(target, at(name));
        const args = { path: at(name), src: target, state: 'link', force: true };
        expect(await runVerb(file, args, await shell())).toMatchObject({ changed: false, state: 'link' });
        expect(await runVerb(file, { ...args, src: `${target}x` }, await shell())).toMatchObject({ changed: true });
        expect(readlinkSync(at(name))).toBe(`${target}x`);
      }
    },
  );

  it('keeps the ACL of a file whose content changed, and makes none', async () => {
    writeFileSync(at('f'), 'old');
    runProgram('setfacl', ['-m', 'u:1:rw', at('f')]);
    writeFileSync(at('plain'), 'old');
    const acl = (name: string): string => runProgram('getfacl', ['-cp', at(name)]);
    const before = ['f', 'plain'].map(acl);
    for (const name of ['f', 'plain']) await runVerb(copy, { content: 'new', dest: at(name) }, await shell());
    expect(['f', 'plain'].map(acl)).toEqual(before);
    expect(before[0]).toContain('user:daemon:rw-');
  });

  it('dates a file anew whose content changed', async () => {
    writeFileSync(at('f'), 'old');
    utimesSync(at('f'), 1000, 1000);
    await runVerb(copy, { content: 'new', dest: at('f') }, await shell());
    expect(statSync(at('f')).mtimeMs).toBeGreaterThan(Date.now() - 600_000);
  });
});

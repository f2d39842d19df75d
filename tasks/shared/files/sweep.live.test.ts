import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Shell } from '../../../src/host/contract.ts';
import { useScratch } from '../../../test/support/scratch.ts';
import { forEachShell } from '../../../test/support/shells.ts';
import { FILE_SCRIPTS } from './files.ts';

/** A number that no process has: it had one. */
const gone = (): number => Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
const HOUR_AGO = Date.now() / 1000 - 3700;

forEachShell('what killed sessions left beside files', (getShell) => {
  const at = useScratch();
  const sh = (shell: Shell, text: string) => shell.call({ scripts: FILE_SCRIPTS, fn: 'eval', args: [text] });
  const marks = async (shell: Shell): Promise<{ own: string; here: string }> => {
    const own = (await sh(shell, 'toa_mark')).stdout.trim();
    return { own, here: own.slice(own.indexOf('.') + 1) };
  };

  it('goes when nobody owns it any more, and nothing else', async () => {
    const shell = await getShell();
    const { own, here } = await marks(shell);
    expect(own).toMatch(/^\d+\.[0-9a-f]{8}-\d+$/);
    const dead = `${gone()}.${here}`;
    const elsewhere = `1.00000000-7`;
    const swept = [
      `.toa-f.${dead}`,
      `.toa-f.${dead}.aXbYcZ`,
      `.toa-play.00ff.${dead}`,
      `.toa-a b\n*.${dead}`,
      `.toa-old.${elsewhere}`,
    ];
    const kept = [
      `.toa-f.${own}`,
      `.toa-f.${elsewhere}`,
      '.toa-f',
      '.toa-x.12',
      `.toa-f.12.${here}-9`,
      `.toa-f.${here}`,
      `f.${dead}`,
    ];
    for (const name of [...swept, ...kept]) writeFileSync(at(name), '');
    utimesSync(at(`.toa-old.${elsewhere}`), HOUR_AGO, HOUR_AGO);
    symlinkSync(at('f'), at(`.toa-link.${dead}`));
    writeFileSync(at('f'), 'whole');
    mkdirSync(at(`.toa-room.${dead}.aXbYcZ`));
    writeFileSync(join(at(`.toa-room.${dead}.aXbYcZ`), 'half'), '');
    await sh(shell, `check=1; toa_sweep '${at('f')}'`);
    expect(existsSync(at(swept[0]))).toBe(true);
    await sh(shell, `toa_sweep '${at('f')}'`);
    expect(readdirSync(at()).toSorted()).toEqual([...kept, 'f'].toSorted());
    expect(readFileSync(at('f'), 'utf8')).toBe('whole');
  });

  it('goes from a folder of somebody else only where it is ours', async () => {
    const shell = await getShell();
    const { here } = await marks(shell);
    const dead = `${gone()}.${here}`;
    mkdirSync(at('theirs'));
    const theirs = (name: string): string => join(at('theirs'), name);
    mkdirSync(at('precious'));
    writeFileSync(at('precious/file'), '');
    for (const name of ['ours', 'open', 'foreign']) {
      mkdirSync(theirs(`.toa-${name}.${dead}.aXbYcZ`), { mode: name === 'open' ? 0o755 : 0o700 });
      writeFileSync(theirs(`.toa-${name}.${dead}.aXbYcZ/half`), '');
    }
    symlinkSync(at('precious'), theirs(`.toa-link.${dead}`));
    writeFileSync(theirs(`.toa-file.${dead}`), '');
    execFileSync('chown', ['-R', '4711', theirs(`.toa-foreign.${dead}.aXbYcZ`)]);
    execFileSync('chown', ['4711', at('theirs')]);
    await sh(shell, `toa_sweep '${theirs('f')}'`);
    expect(readdirSync(at('theirs')).toSorted()).toEqual(
      [`.toa-file.${dead}`, `.toa-foreign.${dead}.aXbYcZ`, `.toa-link.${dead}`, `.toa-open.${dead}.aXbYcZ`].toSorted(),
    );
    expect(existsSync(at('precious/file'))).toBe(true);
    expect(existsSync(theirs(`.toa-foreign.${dead}.aXbYcZ/half`))).toBe(true);
    expect(lstatSync(theirs(`.toa-link.${dead}`)).isSymbolicLink()).toBe(true);
  });
});

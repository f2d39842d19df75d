import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Inputs } from './inputs.ts';
import { madeUp, secondReading, SOUGHT } from './known-hosts.ts';
import { tryProgram } from '../../scripts/lib/programs.mjs';

const folder = mkdtempSync(join(tmpdir(), 'toa-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const FILES = 120;

/** The lines with a key for a name, and their markers, as ssh-keygen finds them. */
function found(file: string, name: string): string[] {
  // -l: only lines whose key can be read
  const stdout = tryProgram('ssh-keygen', ['-l', '-F', name, '-f', file]).bytes.toString('latin1');
  return [...stdout.matchAll(/^# Host .* found: line (\d+) ?(CA|REVOKED)?/gm)].map(
    ([, line, marker = '']) => `${line} ${{ CA: 'cert-authority', REVOKED: 'revoked', '': 'plain' }[marker]}`,
  );
}

it('reads lines as ssh-keygen does', () => {
  const inputs = new Inputs(7);
  const file = join(folder, 'known_hosts');
  let lines = 0;
  for (let number = 0; number < FILES; number++) {
    // a NUL ends a line for C alone
    const text = madeUp(inputs).replaceAll('\u0000', '');
    writeFileSync(file, text);
    const read = secondReading(text).map((line) => line.split(' '));
    for (const name of SOUGHT) {
      const ours = read
        .filter(([, , , , ...names]) => names.includes(name))
        .map(([line, marker]) => `${line} ${marker}`);
      expect(ours, `${name} in ${JSON.stringify(text)}`).toEqual(found(file, name));
      lines += ours.length;
    }
  }
  expect(lines).toBeGreaterThan(FILES / 2);
});

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (path.endsWith('.ts') && !path.endsWith('.test.ts')) yield path;
  }
}

/** Whole codes written in the sources; those that are put together end in `_` and are documented as a family. */
function codesOf(text: string): string[] {
  return [...text.matchAll(/['"`](E_[A-Z0-9_]*[A-Z0-9])['"`]/g)].map((match) => match[1]);
}

/** The union that the compiler checks literals against. */
const known = readFileSync('src/base/generated/error-codes.ts', 'utf8');

describe('docs/errors.md', () => {
  const page = readFileSync('docs/errors.md', 'utf8');
  const documented = new Set(page.match(/E_[A-Z0-9_]*[A-Z0-9]/g));

  it('has every code of the sources', () => {
    const codes = [...sources('src'), ...sources('tasks')].flatMap((file) => codesOf(readFileSync(file, 'utf8')));
    expect(codes.length).toBeGreaterThan(100);
    const families = [...documented].filter((code) => page.includes(`${code}_...`));
    const missing = [...new Set(codes)].filter(
      (code) => !documented.has(code) && !families.some((family) => code.startsWith(`${family}_`)),
    );
    expect(missing).toEqual([]);
  });

  it('is what the compiler knows', () => {
    const written = readdirSync('docs/errors.d').flatMap((area) =>
      [...readFileSync(join('docs/errors.d', area), 'utf8').matchAll(/^\| `?(E_[A-Z0-9_]+)/gm)].map((row) => row[1]),
    );
    const types = [...known.matchAll(/^ {2}\| ['`](E_[A-Z0-9_]+)/gm)].map((row) => row[1]);
    expect(types, 'npm run generate').toEqual([...new Set(written)].sort());
  });

  it('holds all areas', () => {
    for (const area of readdirSync('docs/errors.d')) {
      for (const row of readFileSync(join('docs/errors.d', area), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('| E_'))) {
        expect(page, `${area} is newer: node scripts/generate-errors.mjs`).toContain(row);
      }
    }
  });
});

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

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { frames } from './frames.ts';
import { Inputs } from './inputs.ts';
import { jobs } from './jobs.ts';
import { knownHosts } from './known-hosts.ts';

// Made-up inputs for the parsers of what a host or a file says and that decides something. `scripts/test-fuzz frames`
// and so on runs them with ten million each: TOA_FUZZ_INPUTS, TOA_FUZZ_SEED.
const count = Number(process.env['TOA_FUZZ_INPUTS'] ?? 20_000);
const seed = Number(process.env['TOA_FUZZ_SEED'] ?? 1);
/** What one input of a few hundred bytes may take at most; a thousand times what it does. */
const LONGEST_MS = 500;

const state = mkdtempSync(join(tmpdir(), 'toa-fuzz-'));
beforeAll(() => {
  process.env['XDG_STATE_HOME'] = state;
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

it.each(Object.entries({ frames, knownHosts, jobs }))(
  '%s',
  (name, { prepare }) => {
    const inputs = new Inputs(seed);
    const one = prepare();
    let taken = 0;
    let longest = 0;
    let begun = process.cpuUsage();
    for (let number = 0; number < count; number++) {
      if (one(inputs)) taken++;
      // asking the clock costs as much as a try
      if (number % 64 !== 63) continue;
      const { user, system } = process.cpuUsage(begun);
      longest = Math.max(longest, (user + system) / 1000);
      begun = process.cpuUsage();
    }
    process.stdout.write(
      `${name}: ${count} inputs of seed ${seed}, ${taken} taken, 64 of them in ${Math.round(longest)} ms at most\n`,
    );
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(count);
    expect(longest).toBeLessThan(LONGEST_MS);
  },
  20_000 + count,
);

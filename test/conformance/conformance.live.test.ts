import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Semaphore } from '../../src/engine/hosts/semaphore.ts';
import { readCases, type Case } from './runner/case.ts';
import { differences, outputDifferences, type FinishedRun, type RecordedRun } from './runner/compare.ts';
import { runCase } from './runner/run.ts';
import { missingNeed, Services } from './runner/services.ts';

/** Cases recorded from ansible-playbook; ours must do the same. CONFORMANCE_ONLY=160 runs those whose name begins so. */
const ONLY = process.env['CONFORMANCE_ONLY'] ?? '';
const COMMAND = process.env['CONFORMANCE_COMMAND']?.split(' ') ?? [process.execPath, resolve('bin/toa-play.js')];
const CASES = readCases(resolve('test/conformance/cases')).filter(({ name }) => name.startsWith(ONLY));
const ON_PURPOSE = parse(readFileSync('test/conformance/differences.yml', 'utf8')) as Record<string, string> | null;

let root: string;
let services: Services;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'toa-play-conformance-'));
  chmodSync(root, 0o755);
  mkdirSync(join(root, 'w'));
  services = new Services(join(root, 'w'));
  const needs = new Set(CASES.flatMap((test) => test.needs));
  if (needs.has('sshd') && missingNeed(['sshd', 'root']) === undefined) await services.startSsh();
  if (needs.has('http')) await services.startHttp();
});

afterAll(async () => {
  await services.stop();
  rmSync(root, { recursive: true, force: true });
});

function recordOf(test: Case, name: string): RecordedRun[] | undefined {
  try {
    return (JSON.parse(readFileSync(join(test.folder, name), 'utf8')) as { runs: RecordedRun[] }).runs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Either record will do: that of 2.14, or that of a newer ansible-core where the two differ. */
function compare(test: Case, runs: readonly FinishedRun[]): string[] {
  const found = differences(recordOf(test, 'expect.json') ?? [], runs);
  const newer = found.length > 0 ? recordOf(test, 'expect.alt.json') : undefined;
  return [...(newer && differences(newer, runs).length === 0 ? [] : found), ...outputDifferences(test, runs)];
}

/** Two at a time: cases wait a lot, but some of them measure time. */
const slots = new Semaphore(2);

describe.concurrent('as ansible-playbook does', () => {
  it('has cases', () => {
    expect(CASES.length).toBeGreaterThan(0);
    const names = CASES.map(({ name }) => name);
    if (ONLY === '') expect(Object.keys(ON_PURPOSE ?? {}).filter((name) => !names.includes(name))).toEqual([]);
  });

  for (const test of CASES) {
    it(test.name, async () => {
      const why = missingNeed(test.needs);
      // a case that cannot run is a failure: nobody looks at what is skipped
      if (why !== undefined) throw new Error(`this case needs ${why}`);
      const runs = await slots.run(() => runCase(test, COMMAND, join(root, 'w'), services));
      const found = compare(test, runs);
      const output = found.length > 0 ? runs.map((run) => run.output.slice(-4000)).join('\n---\n') : '';
      // Where we differ on purpose the case still runs: when it agrees again, its entry must go.
      if (ON_PURPOSE?.[test.name] !== undefined) expect(found, 'differences.yml names it').not.toEqual([]);
      else expect(found, output).toEqual([]);
    });
  }
});

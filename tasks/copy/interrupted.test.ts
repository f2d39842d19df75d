import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { PLACE_SCRIPTS } from '../shared/files/place.ts';
import { useScratch } from '../../test/support/scratch.ts';

const at = useScratch();
const SETTINGS =
  'name= sum=x source= have=1 force=1 follow= backup= validate= directory_mode= want_diff= unsafe= check= mode= owner= group= setype= seuser= serole= selevel=';

function started(dest: string): ChildProcess {
  const script = `dest=$1; shift; for half; do . "$half"; done; ${SETTINGS}; place_main`;
  return spawn('sh', ['-c', script, 'sh', dest, ...FILE_SCRIPTS, ...PLACE_SCRIPTS], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

it('a write that is killed in the middle leaves the old file whole, and the next one nothing beside it', async () => {
  const dest = at('f');
  writeFileSync(dest, 'old');
  const child = started(dest);
  child.stdin?.on('error', () => undefined);
  child.stdin?.write('half of the new te');
  // the hidden file beside it holds what came so far
  const half = (): string | undefined => readdirSync(at()).find((name) => name.startsWith('.toa-f.'));
  for (let turn = 0; turn < 200 && !(half() && readFileSync(join(at(), half() as string), 'utf8') !== ''); turn++) {
    await new Promise((done) => setTimeout(done, 10));
  }
  expect(half()).toBeDefined();
  child.kill('SIGKILL');
  await new Promise((done) => child.on('close', done));
  child.stdin?.destroy();
  expect(readFileSync(dest, 'utf8')).toBe('old');
  const again = started(dest);
  again.stdin?.end('new');
  await new Promise((done) => again.on('close', done));
  expect(readFileSync(dest, 'utf8')).toBe('new');
  expect(readdirSync(at())).toEqual(['f']);
});

it('a reader sees the old file or the new one, never a part', async () => {
  const dest = at('f');
  const [old, next] = ['o'.repeat(100_000), 'n'.repeat(100_000)];
  writeFileSync(dest, old);
  const child = started(dest);
  const ended = new Promise((done) => child.on('close', done));
  child.stdin?.end(next);
  const seen = new Set<string>();
  while (child.exitCode === null) {
    seen.add(readFileSync(dest, 'utf8'));
    await new Promise((done) => setTimeout(done, 1));
  }
  await ended;
  expect([...seen].every((text) => text === old || text === next)).toBe(true);
  expect(readFileSync(dest, 'utf8')).toBe(next);
});

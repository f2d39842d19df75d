import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readsOf, sharedRead } from '../../src/host/session/shared-read.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-shared-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, bytes: number): { path: string; sum: string } {
  const data = Buffer.alloc(bytes, 'toa-play').map((byte, at) => byte ^ (at >> 12));
  const path = join(folder, name);
  writeFileSync(path, data);
  return { path, sum: createHash('sha1').update(data).digest('hex') };
}

async function sumOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

it('fifty readers of one file share one read of it', async () => {
  const { path, sum } = fileOf('big', 8 * 1024 * 1024 + 17);
  let reads = 0;
  const watch = setInterval(() => (reads = Math.max(reads, readsOf(path))), 1);
  const sums = await Promise.all(Array.from({ length: 50 }, () => sumOf(sharedRead(path))));
  clearInterval(watch);
  expect(new Set(sums)).toEqual(new Set([sum]));
  expect(reads).toBeLessThanOrEqual(33);
  expect(readsOf(path)).toBe(0);
});

it('a straggler behind the window gets all of it', async () => {
  const { path, sum } = fileOf('bigger', 40 * 1024 * 1024);
  const slow = sharedRead(path);
  const hash = createHash('sha1');
  const first = (await slow.next()).value as Buffer;
  // the window has moved on by then, and memory was used again; what the slow one holds must not change
  expect(await sumOf(sharedRead(path))).toBe(sum);
  hash.update(first);
  for await (const chunk of slow) hash.update(chunk);
  expect(hash.digest('hex')).toBe(sum);
});

it.each([0, 1, 256 * 1024, 256 * 1024 + 1])('a file of %d bytes', async (bytes) => {
  const { path, sum } = fileOf(`f${bytes}`, bytes);
  expect(await sumOf(sharedRead(path))).toBe(sum);
});

it('a file that is not there is an error', async () => {
  await expect(sumOf(sharedRead(join(folder, 'none')))).rejects.toThrow('ENOENT');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { named, onHost, testTools, type Said } from './host.ts';

const COUNT = 5000;
let tools: Awaited<ReturnType<typeof testTools>>;

beforeAll(async () => {
  tools = await testTools();
}, 120_000);
afterAll(() => tools.remove());

// 100,000 for each way: scripts/test-receiver leaks
test('a client is kept as long as its socket, whatever way that ends', async () => {
  const stdout = await onHost('leaks.sh', [tools.folder, String(COUNT)], 150_000);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const said: Said[] = lines.map((line) => JSON.parse(line));
  const ways = said.filter((line) => line['way']);
  expect(ways[0]).toEqual({ way: 'open', kept: 500 });
  expect(ways.length).toBe(13);
  for (const way of ways.slice(1)) expect(way).toEqual({ way: way['way'], kept: 0, subflows: 0 });
  const ends = said.filter((line) => line['end']);
  const all = ['rst', 'close', 'fin', 'abort', 'orphan'];
  expect(ends.map(({ end }) => end)).toEqual(all.concat(all, 'rst'));
  for (const { end, made, failed, client } of ends) {
    const count = made < COUNT ? COUNT / 5 : COUNT;
    const accepted = end === 'abort' || end === 'orphan' ? 0 : count;
    expect({ end, made, failed, client }).toEqual({ end, made: count, failed: 0, client: accepted });
  }
  const { counters } = said.at(-1)!;
  expect(counters).toMatchObject({ accepted_ack: 500 + 5 * COUNT + COUNT / 5, accepted_syn: 5 * COUNT, no_memory: 0 });
}, 160_000);

test('the cgroup in which the receiver was attached is not charged for clients', async () => {
  const said = named(await onHost('memory.sh', [tools.folder], 60_000)).get('memory');
  expect(said?.['held']).toMatchObject({ made: 3000, failed: 0, client: 3000 });
  // 300 bytes a connection otherwise
  expect(said?.['charged']).toBeLessThan(100_000);
}, 70_000);

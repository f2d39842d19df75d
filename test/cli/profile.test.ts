import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-profile-'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('says where the time went, per task and per host', async () => {
  const playbook = join(folder, 'site.yml');
  const inventory = join(folder, 'hosts');
  writeFileSync(
    playbook,
    `- hosts: all
  gather_facts: false
  tasks:
    - name: nap
      command: sleep {{ nap }}
    - name: short
      command: "true{{ lookup('pipe', 'sleep 0.2') }}"
`,
  );
  writeFileSync(inventory, 'slow nap=0.6\nquick nap=0\n[all:vars]\nansible_connection=local\n');
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  expect(await main([playbook, '-i', inventory, '--profile'])).toBe(0);
  const text = said.join('');
  const [, connect, remote, here, wait] =
    /connect ([\d.]+) s +remote ([\d.]+) s +render and other work here ([\d.]+) s +wait for others ([\d.]+) s/.exec(
      text,
    ) ?? [];
  expect(Number(remote)).toBeGreaterThanOrEqual(0.6);
  expect(Number(connect)).toBeGreaterThanOrEqual(0);
  // each host's lookup
  expect(Number(here)).toBeGreaterThanOrEqual(0.4);
  // quick waits for slow at the barrier between the tasks
  expect(Number(wait)).toBeGreaterThan(0.3);
  expect(text).toMatch(/screen and logs [\d.]+ s/);
  const [nap, short] = [text.indexOf('nap (site.yml:4)'), text.indexOf('short (site.yml:6)')];
  expect(nap).toBeGreaterThan(0);
  expect(short).toBeGreaterThan(nap);
  expect(text).toMatch(/(?:0\.[6-9]|[1-9]\.\d)\d s slow +2 {2}nap/);
  expect(text.indexOf('  slow\n')).toBeLessThan(text.indexOf('  quick\n'));
});

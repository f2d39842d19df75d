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
  writeFileSync(inventory, 'slow nap=1.5\nquick nap=0\n[all:vars]\nansible_connection=local\n');
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  expect(await main([playbook, '-i', inventory, '--profile'])).toBe(0);
  const text = said.join('');
  const [, remote, here, wait] =
    /connect [\d.]+ s +remote ([\d.]+) s +render and other work here ([\d.]+) s +wait for others ([\d.]+) s/.exec(
      text,
    ) ?? [];
  // seen from here: a busy machine may hear late that the call has begun
  expect(Number(remote)).toBeGreaterThan(1);
  // each host's lookup
  expect(Number(here)).toBeGreaterThan(0.3);
  // quick waits for slow at the barrier between the tasks
  expect(Number(wait)).toBeGreaterThan(0.5);
  expect(text).toMatch(/screen and logs [\d.]+ s/);
  const [nap, short] = [text.indexOf('nap (site.yml:4)'), text.indexOf('short (site.yml:6)')];
  expect(nap).toBeGreaterThan(0);
  expect(short).toBeGreaterThan(nap);
  expect(text).toMatch(/[1-9]\.\d+ s slow +2 {2}nap/);
  expect(text.indexOf('  slow\n')).toBeLessThan(text.indexOf('  quick\n'));
});

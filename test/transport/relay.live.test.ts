import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openSession } from '../../src/host/session/session.ts';
import { Relay } from '../support/relay.ts';
import { TestSshd } from '../support/sshd.ts';

const port = 31_000 + (process.pid % 1000) * 2;
const sshd = new TestSshd('127.0.0.41', port);
const folder = mkdtempSync(join(tmpdir(), 'toa-relay-'));
let relay: Relay;

beforeAll(async () => {
  await sshd.start();
  relay = new Relay({ host: sshd.address, port });
  await relay.listen(port + 1, '127.0.0.42');
  writeFileSync(sshd.knownHosts, `[127.0.0.42]:${port + 1} ${sshd.publicKey(sshd.hostKey)}`);
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  relay.close();
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs tasks on one host behind the relay. Gives the round trips and the milliseconds of the whole run. */
async function run(tasks: string): Promise<{ turns: number; ms: number }> {
  const playbook = join(folder, 'site.yml');
  const inventory = join(folder, 'hosts');
  writeFileSync(playbook, `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
  const args = `-F none -o UserKnownHostsFile=${sshd.knownHosts}`;
  writeFileSync(
    inventory,
    `web1 ansible_host=127.0.0.42 ansible_port=${port + 1} ansible_user=root ansible_ssh_private_key_file=${sshd.clientKey} ansible_ssh_common_args="${args}"\n`,
  );
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const before = relay.turns;
  const begun = performance.now();
  const code = await main([playbook, '-i', inventory]);
  const ms = performance.now() - begun;
  vi.restoreAllMocks();
  expect(code, said.join('')).toBe(0);
  return { turns: relay.turns - before, ms };
}

/** In a login both sides speak without being asked: who is seen first makes a difference of a few. */
function expectNear(turns: number, wanted: number, what: string): void {
  expect(Math.abs(turns - wanted), `${what}: ${turns} round trips instead of ${wanted}`).toBeLessThanOrEqual(4);
}

const times = (count: number, task: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `    - ${task(i)}\n`).join('');

/** A client that has not spoken for so long has sent all that needs no answer, on a busy machine too. */
const QUIET_MS = 300;

/** More than the status of its call decides, so nothing is sent behind it. */
const JUDGED = '\n      failed_when: false';

/** Edits that all change something, of so many files by turns. */
function edits(count: number, from: number, files: number): string {
  const edit = (i: number): string =>
    `lineinfile: {path: /root/e${i % files}, line: "line {{ ${i} + q }}", create: true}\n      vars: {q: ${from}}`;
  return times(count, edit);
}

describe('round trips on the wire', () => {
  it('is one for each task that waits for the one before', async () => {
    for (const task of [
      'stat: {path: /etc}',
      'command: uname -r',
      'file: {path: /root/d, state: directory, mode: "0755"}',
    ]) {
      const one = (): string => `${task}${JUDGED}`;
      const [few, many] = [await run(times(2, one)), await run(times(62, one))];
      expectNear(many.turns - few.turns, 60, task);
    }
  });

  it('is one for content, two for an edit', async () => {
    const copy = (i: number): string => `copy: {content: "x${i}", dest: /root/c${i}}${JUDGED}`;
    const [few, many] = [await run(times(2, copy)), await run(times(62, copy))];
    expectNear(many.turns - few.turns, 60, 'copy');
    const [before, after] = [await run(edits(2, 100, 2)), await run(edits(62, 200, 2))];
    expectNear(after.turns - before.turns, 120, 'lineinfile');
  });

  it('is one for the next edit of the same file', async () => {
    const [before, after] = [await run(edits(2, 300, 1)), await run(edits(62, 400, 1))];
    expectNear(after.turns - before.turns, 60, 'lineinfile');
  });

  it("is one for tasks that do not read one another's results", async () => {
    relay.quietMs = QUIET_MS;
    const task = (i: number): string =>
      ['stat: {path: /etc}', 'command: uname -r', `copy: {content: x, dest: /root/p${i}}`][i % 3];
    const [few, many] = [await run(times(2, task)), await run(times(32, task))];
    expectNear(many.turns - few.turns, 0, 'tasks');
    relay.quietMs = 0;
  });

  it('is one for a loop over a hundred items', async () => {
    relay.quietMs = QUIET_MS;
    const loop = (count: number, task: string): string => `    - ${task}\n      loop: "{{ range(${count}) | list }}"\n`;
    for (const task of [
      'stat: {path: "/etc/{{ item }}"}',
      'command: echo {{ item }}',
      'copy: {content: "{{ item }}", dest: "/root/l{{ item }}"}',
    ]) {
      const [few, many] = [await run(loop(1, task)), await run(loop(100, task))];
      expectNear(many.turns - few.turns, 0, task);
    }
    relay.quietMs = 0;
  });

  it('keeps the order of items of different users', async () => {
    await run(`    - file: {path: /root/../var/tmp/toa-who, state: touch, mode: "0666"}
    - shell: id -un >>/var/tmp/toa-who
      loop: [root, nobody, root]
      become: "{{ item != 'root' }}"
      become_user: "{{ item }}"
      vars: {ansible_become_method: su, ansible_become_flags: -s /bin/sh}
    - command: cat /var/tmp/toa-who
      register: who
    - assert: {that: "who.stdout_lines == ['root', 'nobody', 'root']"}
    - file: {path: /var/tmp/toa-who, state: absent}
`);
  });

  it('takes as long as its round trips at 200 ms of latency', async () => {
    const tasks = times(11, () => `command: uname -r${JUDGED}`);
    const near = await run(tasks);
    relay.delayMs = 100;
    const far = await run(tasks);
    const together = await run(times(11, () => 'command: uname -r'));
    relay.delayMs = 0;
    expectNear(far.turns, near.turns, 'far');
    expect(far.ms).toBeLessThan(far.turns * 200 * 1.2 + near.ms);
    expectNear(together.turns, far.turns - 10, 'pipelined');
    expect(together.ms).toBeLessThan(far.ms - 1000);
    const told = [far, together].map(({ turns, ms }) => `${turns} round trips, ${ms.toFixed(0)} ms`);
    console.log(`11 tasks at 200 ms: ${told.join('; pipelined: ')}`);
  });
});

describe('a connection that goes silent', () => {
  it('is given up by keepalives, and what ran is told as lost', async () => {
    const alive = ['-o', 'ServerAliveInterval=1', '-o', 'ServerAliveCountMax=2'];
    const target = sshd.target({ host: '127.0.0.42', port: port + 1 });
    const session = openSession({ ...target, sshArgs: [...target.sshArgs, ...alive] });
    const shell = await session.shell();
    const scripts = [resolve('test/host/session.sh')];
    const running = shell.call({ scripts, fn: 't_sleep', args: ['60'], onOutput: () => (relay.isBlackHole = true) });
    const begun = performance.now();
    await expect(running).rejects.toMatchObject({ code: 'E_CONNECTION_LOST' });
    expect(performance.now() - begun).toBeLessThan(10_000);
    relay.isBlackHole = false;
    expect((await shell.call({ scripts, fn: 't_echo', args: ['again'] })).stdout).toBe('again');
    await session.close();
  });
});

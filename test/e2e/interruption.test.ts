import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { FLEET, ROOT, inventory, onHost, recap, scratch, toaPlay } from './fleet.ts';
import { childProgram } from '../../scripts/lib/programs.mjs';

const sleeper = (seconds: number): string => `
- hosts: debian-root:debian-jumped
  gather_facts: false
  tasks:
    - command: sleep ${seconds}
      changed_when: false
    - copy:
        content: never
        dest: /root/never
`;

interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<{ code: number | null; output: string }>;
}

/** toa-play in a session of its own, so that a signal reaches it and nothing else. */
function start(playbook: string): Started {
  const file = join(scratch(), 'play.yml');
  writeFileSync(file, playbook);
  const command = ['exec', '--name', inject('fleet').name, '--', process.execPath, join(ROOT, 'bin/toa-play.js')];
  const child = childProgram(FLEET, [...command, file, '-i', inventory()], { cwd: ROOT, detached: true });
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
  return { child, finished: new Promise((resolve) => child.on('close', (code) => resolve({ code, output }))) };
}

/** Waits until `sleep SECONDS` runs on the host. */
async function untilAsleep(host: string, seconds: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if ((await onHost(host, `pgrep -fx 'sleep ${seconds}'`)).stdout !== '') return;
  }
  throw new Error(`sleep ${seconds} does not run on ${host}`);
}

describe('a run that is cut off', () => {
  it('Ctrl-C: stops calmly, says where each host is, leaves nothing running and nothing half', async () => {
    const { child, finished } = start(sleeper(41));
    await untilAsleep('debian-root', 41);
    process.kill(-child.pid!, 'SIGINT');
    const { code, output } = await finished;
    expect(code).not.toBe(0);
    expect(output).toMatch(/interrupt/i);
    expect(output).toContain('debian-root');
    expect(output).toContain('debian-jumped');
    for (const host of ['debian-root', 'debian-jumped']) {
      const left = await onHost(host, `sleep 0.5; pgrep -fx 'sleep 41'; ls -A /root /tmp | grep -e never -e toa`);
      expect(left.stdout, host).toBe('');
    }
  });

  it('killed controller: the hosts end its commands, and the same run can be made again', async () => {
    const { child, finished } = start(sleeper(43));
    await untilAsleep('debian-root', 43);
    process.kill(-child.pid!, 'SIGKILL');
    await finished;
    const file = join(scratch(), 'play.yml');
    writeFileSync(file, sleeper(1).replaceAll('/root/never', '/root/after'));
    const again = await toaPlay(file, '-i', inventory());
    expect(again.stdout + again.stderr).not.toMatch(/FAILED|UNREACHABLE/);
    expect(again.code).toBe(0);
    expect(recap(again.stdout)['debian-root']).toMatchObject({ ok: 2, changed: 1 });
    await onHost('debian-root', 'rm -f /root/after');
    await onHost('debian-jumped', 'rm -f /root/after');
  });
});

it('two controllers do not change one host at once: the second says who is there', async () => {
  const locking = '    - toa_ebpf: { state: absent }\n      become: true\n';
  const first = start(
    sleeper(6).replaceAll('/root/never', '/root/first').replace('  tasks:\n', `  tasks:\n${locking}`),
  );
  await untilAsleep('debian-root', 6);
  const file = join(scratch(), 'play.yml');
  writeFileSync(file, `- hosts: debian-root:rpm-yum\n  gather_facts: false\n  tasks:\n${locking}`);
  const second = await toaPlay(file, '-i', inventory());
  expect(second.code).toBe(2);
  expect(recap(second.stdout)['rpm-yum']).toMatchObject({ ok: 1, failed: 0 });
  expect(recap(second.stdout)['debian-root']).toMatchObject({ ok: 0, failed: 1 });
  expect(second.stdout).toMatch(/E_HOST_LOCKED.*another controller works on this host: \w+@/);
  expect((await first.finished).code).toBe(0);
  const third = await toaPlay(file, '-i', inventory());
  expect(third.code).toBe(0);
  await onHost('debian-root', 'rm -f /root/first');
  await onHost('debian-jumped', 'rm -f /root/first');
});

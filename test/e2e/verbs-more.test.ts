import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { inventory, onHost, recap, ROOT, toaPlay } from './fleet.ts';

const PLAYBOOK = join(ROOT, 'test/e2e/verbs/more.yml');
const HOSTS = ['debian-root', 'debian-systemd', 'rpm-yum', 'rpm-dnf-busybox'];
const CLEAN =
  'umount /mnt/toaver; rm -rf /opt/toaver /etc/apt/sources.list.d/toaver.*; update-alternatives --remove-all toaver; ' +
  'echo toa-hello-data install | dpkg --set-selections; dpkg -P toa-hello-data; /usr/bin/rpm -e toa-hello-data; ' +
  'echo PURGE | debconf-communicate toaver; ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime';

afterAll(async () => {
  for (const host of HOSTS) await onHost(host, `{ ${CLEAN}; } >/dev/null 2>&1`);
});

it('the other verbs: changed once, then nothing', async () => {
  const run = (): ReturnType<typeof toaPlay> => toaPlay(PLAYBOOK, '-i', inventory());
  const first = await run();
  expect(first.code, first.stdout).toBe(0);
  for (const host of HOSTS) expect(recap(first.stdout)[host]?.['changed'], host).toBeGreaterThan(0);
  const second = await run();
  expect(second.code, second.stdout).toBe(0);
  for (const host of HOSTS) expect(recap(second.stdout)[host], host).toMatchObject({ changed: 0, failed: 0 });
});

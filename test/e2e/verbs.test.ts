import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { HOSTS, inventory, onHost, recap, ROOT, scratch, toaPlay } from './fleet.ts';

const PLAYBOOK = join(ROOT, 'test/e2e/verbs/site.yml');
const CLEAN =
  'systemctl disable --now toaver; rm -rf /opt/toaver /etc/cron.d/toaver /etc/sysctl.d/toaver.conf /etc/yum.repos.d/toaver.repo /lib/systemd/system/toaver.service; userdel -r toaver; groupdel toaver';

afterAll(async () => {
  for (const host of HOSTS) await onHost(host, `sudo -n sh -c '${CLEAN}' 2>/dev/null || sh -c '${CLEAN}' 2>/dev/null`);
});

it('files, accounts, services and the rest: changed once on every host, then nothing', async () => {
  const fetched = scratch();
  const run = (): ReturnType<typeof toaPlay> => toaPlay(PLAYBOOK, '-i', inventory(), '-e', `fetched=${fetched}`);
  const first = await run();
  expect(first.code, first.stdout).toBe(0);
  for (const host of HOSTS) {
    expect(recap(first.stdout)[host], host).toMatchObject({ failed: 0, unreachable: 0 });
    expect(recap(first.stdout)[host]?.['changed'], host).toBeGreaterThan(10);
    expect(existsSync(join(fetched, host, 'opt/toaver/sub/f')), host).toBe(true);
  }
  const second = await run();
  expect(second.code, second.stdout).toBe(0);
  for (const host of HOSTS) expect(recap(second.stdout)[host], host).toMatchObject({ changed: 0, failed: 0 });
});

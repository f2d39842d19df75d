import { afterAll, describe, expect, it } from 'vitest';
import { onHost, play, recap } from './fleet.ts';

const WITH_RPM = ['rpm-yum', 'rpm-dnf-busybox'];
const WITH_APT = ['debian-root', 'debian-sudo'];

const install = (name: string, state = 'present') => `
- hosts: ${[...WITH_RPM, ...WITH_APT].join(':')}
  gather_facts: true
  tasks:
    - apt:
        update_cache: true
      changed_when: false
      when: ansible_pkg_mgr == 'apt'
    - package:
        name: ${name}
        state: ${state}
`;

afterAll(async () => {
  for (const host of WITH_RPM) await onHost(host, 'rpm -e toa-hello toa-hello-data');
});

describe('package, with the real yum, dnf and apt', () => {
  it('installs with what it depends on, once', async () => {
    const first = await play(install('toa-hello'));
    expect(first.stdout).not.toContain('FAILED');
    for (const host of [...WITH_RPM, ...WITH_APT]) {
      expect(recap(first.stdout)[host], host).toMatchObject({ changed: 1, failed: 0 });
      expect((await onHost(host, 'toa-hello')).stdout, host).toMatch(/^toa-hello 1\.[01]\n$/);
    }
    const second = await play(install('toa-hello'));
    for (const host of [...WITH_RPM, ...WITH_APT])
      expect(recap(second.stdout)[host], host).toMatchObject({ changed: 0 });
  });

  it('removes, once', async () => {
    await play(install('toa-hello'));
    const first = await play(install('toa-hello', 'absent'));
    const second = await play(install('toa-hello', 'absent'));
    for (const host of [...WITH_RPM, ...WITH_APT]) {
      expect(recap(first.stdout)[host], host).toMatchObject({ changed: 1, failed: 0 });
      expect(recap(second.stdout)[host], host).toMatchObject({ changed: 0, failed: 0 });
      expect((await onHost(host, 'command -v toa-hello')).stdout, host).toBe('');
    }
  });

  it('says what the manager said of a package that nobody has', async () => {
    const result = await play(install('no-such-package'));
    expect(result.code).toBe(2);
    for (const host of [...WITH_RPM, ...WITH_APT])
      expect(recap(result.stdout)[host], host).toMatchObject({ failed: 1 });
    expect(result.stdout + result.stderr).toMatch(/no-such-package/);
  });

  it('fails, and says why, where a dependency cannot be had', async () => {
    const result = await play(install('toa-broken'));
    expect(result.code).toBe(2);
    expect(result.stdout + result.stderr).toMatch(/nobody-has-this/);
  });
});

import { describe, expect, it } from 'vitest';
import { HOSTS, fleet, onHost, play, recap } from './fleet.ts';

describe('every host of the fleet', () => {
  it('answers a command as root: over a jump, with a sudo password, behind a banner and a talking profile', async () => {
    const result = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - command: id -u
      register: me
      changed_when: false
    - assert:
        that: me.stdout == '0' and me.stderr == ''
`);
    expect(result.stdout + result.stderr).toContain('PLAY RECAP');
    for (const host of HOSTS) expect(recap(result.stdout)[host], host).toMatchObject({ ok: 2, changed: 0, failed: 0 });
    expect(result.code).toBe(0);
  });

  it('needs no more than one round trip to be asked for its name', async () => {
    const result = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - shell: cat /etc/hostname
      register: name
      changed_when: false
    - assert:
        that: name.stdout == inventory_hostname
`);
    expect(Object.keys(recap(result.stdout)).toSorted()).toEqual([...HOSTS].toSorted());
    expect(result.code).toBe(0);
  });

  it('is seen by its facts as what it is', async () => {
    const result = await play(`
- hosts: all
  tasks:
    - assert:
        that:
          - ansible_hostname == inventory_hostname
          - "ansible_pkg_mgr == {'rpm-yum': 'yum', 'rpm-dnf-busybox': 'dnf'}.get(inventory_hostname, 'apt')"
          - ansible_os_family == ('RedHat' if inventory_hostname.startswith('rpm') else 'Debian')
          - (ansible_service_mgr == 'systemd') == (inventory_hostname == 'debian-systemd')
          - inventory_hostname == 'debian-jumped' or ansible_default_ipv4.address == ansible_host
`);
    expect(result.stdout).not.toContain('FAILED');
    expect(result.code).toBe(0);
  });

  it('keeps nothing of a session that ended', async () => {
    const result = await play('- hosts: all\n  tasks:\n    - command: /bin/true\n');
    expect(result.code).toBe(0);
    for (const host of HOSTS) {
      const left = await onHost(host, 'ls -A /tmp /var/tmp | grep -i toa');
      expect(left.stdout, host).toBe('');
    }
  });
});

it('the fleet is the test: seven hosts, two controls, each asked through its balancer', async () => {
  const answer = await fleet('traffic');
  const requests = JSON.parse(answer.stdout) as { host: string; control: boolean; logged: string | null }[];
  expect(requests.filter((request) => !request.control)).toHaveLength(7);
  expect(requests.filter((request) => request.control)).toHaveLength(2);
  for (const request of requests) expect(request.logged, request.host).not.toBeNull();
});

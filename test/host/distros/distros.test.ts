import { describe, expect, it } from 'vitest';
import { distributionFacts, packageManagerFacts, serviceManagerFacts } from '../../../src/host/facts/distribution.ts';
import { gatherCall } from '../../../src/host/facts/gather.ts';
import { Sections } from '../../../src/host/facts/sections.ts';
import { atVersion, distroNamed, distros, kernelPackages } from '../../../src/host/distros/load.ts';

/**
 * What a real host of each distribution says of itself: fields of its os-release and the first line of its release file
 * (as published by the distribution), a kernel that it ships, its programs, what its first process is. Only the lines
 * that matter are kept. The releases of the first group are those that the vendors' TOA guides name.
 */
interface Host {
  readonly osRelease?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly kernel: string;
  readonly tools: readonly string[];
  readonly paths?: readonly string[];
  readonly init?: string;
}

interface Expected {
  readonly distribution: string;
  readonly version: string;
  readonly release?: string;
  readonly family: string;
  readonly packages: string;
  readonly service: string;
  readonly headers: readonly string[];
  readonly moduleBoot: string;
  readonly bootLoader: string;
}

const SYSTEMD = ['/run/systemd/system'];
const el = (version: string): string => `CentOS Linux release ${version}`;

const HOSTS: readonly (readonly [string, Host, Expected])[] = [
  [
    'Kylin V10',
    {
      osRelease: { NAME: 'Kylin Linux Advanced Server', VERSION: 'V10 (Tercel)', ID: 'kylin', VERSION_ID: 'V10' },
      files: { '/etc/kylin-release': 'Kylin Linux Advanced Server release V10 (Tercel)' },
      kernel: '4.19.90-25.24.v2101.ky10.x86_64',
      tools: ['yum', 'dnf', 'rpm', 'systemctl'],
      paths: SYSTEMD,
      init: 'systemd',
    },
    {
      distribution: 'Kylin Linux Advanced Server',
      version: 'V10',
      release: 'Tercel',
      family: 'RedHat',
      packages: 'dnf',
      service: 'systemd',
      headers: ['kernel-devel-4.19.90-25.24.v2101.ky10.x86_64'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
  [
    'CentOS 6.8',
    {
      files: {
        '/etc/redhat-release': 'CentOS release 6.8 (Final)',
        '/etc/centos-release': 'CentOS release 6.8 (Final)',
      },
      kernel: '2.6.32-642.el6.x86_64',
      tools: ['yum', 'rpm', 'initctl', 'chkconfig', 'service'],
      paths: ['/etc/inittab'],
      init: 'init',
    },
    {
      distribution: 'CentOS',
      version: '6.8',
      release: 'Final',
      family: 'RedHat',
      packages: 'yum',
      service: 'sysvinit',
      headers: ['kernel-devel-2.6.32-642.el6.x86_64'],
      moduleBoot: 'sysconfig-modules',
      bootLoader: 'grub-legacy',
    },
  ],
  [
    'SUSE 11 SP3',
    {
      osRelease: { ID: 'sles', VERSION_ID: '11.3', NAME: 'SLES' },
      files: { '/etc/SuSE-release': 'SUSE Linux Enterprise Server 11 (x86_64)' },
      kernel: '3.0.76-0.11-default',
      tools: ['zypper', 'rpm', 'chkconfig'],
      paths: ['/etc/inittab'],
      init: 'init',
    },
    {
      distribution: 'SLES',
      version: '11.3',
      family: 'Suse',
      packages: 'zypper',
      service: 'sysvinit',
      headers: ['kernel-default-devel=3.0.76-0.11'],
      moduleBoot: 'boot.local',
      bootLoader: 'grub-legacy',
    },
  ],
  [
    'CentOS 7.9',
    {
      osRelease: { ID: 'centos', VERSION_ID: '7', ID_LIKE: 'rhel fedora', NAME: 'CentOS Linux' },
      files: { '/etc/redhat-release': el('7.9.2009 (Core)'), '/etc/centos-release': el('7.9.2009 (Core)') },
      kernel: '3.10.0-1160.36.2.el7.x86_64',
      tools: ['yum', 'rpm', 'systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'CentOS',
      version: '7.9.2009',
      release: 'Core',
      family: 'RedHat',
      packages: 'yum',
      service: 'systemd',
      headers: ['kernel-devel-3.10.0-1160.36.2.el7.x86_64'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
  [
    'Ubuntu 16.04',
    {
      osRelease: { ID: 'ubuntu', VERSION_ID: '16.04', ID_LIKE: 'debian', VERSION_CODENAME: 'xenial' },
      files: { '/etc/debian_version': 'stretch/sid' },
      kernel: '4.4.0-21-generic',
      tools: ['apt-get', 'dpkg', 'systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'Ubuntu',
      version: '16.04',
      release: 'xenial',
      family: 'Debian',
      packages: 'apt',
      service: 'systemd',
      headers: ['linux-headers-4.4.0-21-generic'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
  [
    'openSUSE 42.2',
    {
      osRelease: { ID: 'opensuse', VERSION_ID: '42.2', ID_LIKE: 'suse', NAME: 'openSUSE Leap' },
      kernel: '4.4.36-8-default',
      tools: ['zypper', 'rpm', 'systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'openSUSE',
      version: '42.2',
      family: 'Suse',
      packages: 'zypper',
      service: 'systemd',
      headers: ['kernel-default-devel=4.4.36-8'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
  [
    'CoreOS',
    {
      osRelease: { ID: 'coreos', VERSION_ID: '1353.7.0', NAME: 'Container Linux by CoreOS' },
      kernel: '4.9.16-coreos-r1',
      tools: ['systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'CoreOS',
      version: '1353.7.0',
      family: 'Coreos',
      packages: 'unknown',
      service: 'systemd',
      headers: [],
      moduleBoot: 'systemd-unit',
      bootLoader: 'grub2',
    },
  ],
  [
    'Debian 8',
    {
      osRelease: { ID: 'debian', VERSION_ID: '8', VERSION: '8 (jessie)', NAME: 'Debian GNU/Linux' },
      files: { '/etc/debian_version': '8.2' },
      kernel: '3.16.0-4-amd64',
      tools: ['apt-get', 'dpkg', 'systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'Debian',
      version: '8.2',
      release: 'jessie',
      family: 'Debian',
      packages: 'apt',
      service: 'systemd',
      headers: ['linux-headers-3.16.0-4-amd64'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
  [
    'RHEL 8.10',
    {
      osRelease: { ID: 'rhel', VERSION_ID: '8.10', ID_LIKE: 'fedora' },
      files: { '/etc/redhat-release': 'Red Hat Enterprise Linux release 8.10 (Ootpa)' },
      kernel: '4.18.0-553.el8_10.x86_64',
      tools: ['dnf', 'yum', 'rpm', 'systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'RedHat',
      version: '8.10',
      release: 'Ootpa',
      family: 'RedHat',
      packages: 'dnf',
      service: 'systemd',
      headers: ['kernel-devel-4.18.0-553.el8_10.x86_64'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
  [
    'Rocky 9.3',
    {
      osRelease: { ID: 'rocky', VERSION_ID: '9.3', ID_LIKE: 'rhel centos fedora' },
      files: { '/etc/redhat-release': 'Rocky Linux release 9.3 (Blue Onyx)' },
      kernel: '5.14.0-362.8.1.el9_3.x86_64',
      tools: ['dnf', 'yum', 'rpm', 'systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'Rocky',
      version: '9.3',
      release: 'Blue Onyx',
      family: 'RedHat',
      packages: 'dnf',
      service: 'systemd',
      headers: ['kernel-devel-5.14.0-362.8.1.el9_3.x86_64'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
  [
    'SLES 15 SP3',
    {
      osRelease: { ID: 'sles', VERSION_ID: '15.3', ID_LIKE: 'suse' },
      kernel: '5.3.18-57-default',
      tools: ['zypper', 'rpm', 'systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'SLES',
      version: '15.3',
      family: 'Suse',
      packages: 'zypper',
      service: 'systemd',
      headers: ['kernel-default-devel=5.3.18-57'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
  [
    'Flatcar',
    {
      osRelease: { ID: 'flatcar', VERSION_ID: '4459.0.0', ID_LIKE: 'coreos' },
      kernel: '6.12.51-flatcar',
      tools: ['systemctl', 'flatcar-update'],
      paths: SYSTEMD,
    },
    {
      distribution: 'Flatcar',
      version: '4459.0.0',
      family: 'Flatcar',
      packages: 'unknown',
      service: 'systemd',
      headers: [],
      moduleBoot: 'systemd-unit',
      bootLoader: 'grub2',
    },
  ],
  [
    'a successor that we do not list, by ID_LIKE',
    {
      osRelease: { ID: 'navylinux', NAME: 'Navy Linux', VERSION_ID: '8.6', ID_LIKE: 'rhel fedora' },
      kernel: '4.18.0-372.el8.x86_64',
      tools: ['dnf', 'rpm', 'systemctl'],
      paths: SYSTEMD,
    },
    {
      distribution: 'Navy Linux',
      version: '8.6',
      family: 'RedHat',
      packages: 'dnf',
      service: 'systemd',
      headers: ['kernel-devel-4.18.0-372.el8.x86_64'],
      moduleBoot: 'modules-load.d',
      bootLoader: 'grub2',
    },
  ],
];

/** The answer of facts.sh on such a host. */
function rawOf(host: Host): string {
  const files = Object.entries(host.osRelease ?? {}).map(([key, value]) => `/etc/os-release:${key}="${value}"`);
  for (const [path, line] of Object.entries(host.files ?? {})) files.push(`${path}:${line}`);
  files.push(`/proc/1/comm:${host.init ?? 'systemd'}`);
  const uname = ['Linux', 'host', host.kernel, 'x86_64', '#1 SMP'];
  const tools = host.tools.map((tool) => `/usr/bin/${tool}`);
  return ['== files', ...files, '== uname', ...uname, '== tools', ...tools, '== paths', ...(host.paths ?? []), ''].join(
    '\n',
  );
}

describe.each(HOSTS)('%s', (_name, host, expected) => {
  const raw = new Sections(rawOf(host));
  const facts = distributionFacts(raw);

  it("is known by Ansible's names", () => {
    expect(facts).toMatchObject({
      distribution: expected.distribution,
      distribution_version: expected.version,
      distribution_major_version: expected.version.split('.')[0],
      os_family: expected.family,
      ...(expected.release ? { distribution_release: expected.release } : {}),
    });
    expect(packageManagerFacts(raw)).toEqual({ pkg_mgr: expected.packages });
    expect(serviceManagerFacts(raw)).toEqual({ service_mgr: expected.service });
  });

  it('has packages for its kernel, a way to load a module at boot, and a boot loader', () => {
    const distro = distroNamed(expected.distribution) ?? distroNamed(expected.family);
    if (!distro) throw new Error(`no distribution data for ${expected.distribution}`);
    const packages = kernelPackages(distro, host.kernel, 'x86_64', expected.version);
    expect(packages.headers.slice(0, 1)).toEqual(expected.headers);
    expect(atVersion(distro.module_boot, expected.version, 'way')).toBe(expected.moduleBoot);
    expect(atVersion(distro.boot_loader, expected.version, 'system')).toBe(expected.bootLoader);
  });
});

it("a distribution's own release file is among those that hosts are asked for", () => {
  const asked = gatherCall(['distribution']).vars?.['release_files'].split(' ') ?? [];
  expect(asked).toEqual(expect.arrayContaining(['/etc/kylin-release', '/etc/SuSE-release', '/etc/redhat-release']));
});

it('every distribution file names a distribution once', () => {
  const names = distros().flatMap((distro) => Object.keys(distro.names));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(20);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { atVersion, distros } from '../../../src/host/distros/load.ts';
import { distroVars, hostDistro, readHostDistro } from '../../../src/host/distros/of-host.ts';
import { distributionFacts, packageManagerFacts, serviceManagerFacts } from '../../../src/host/facts/distribution.ts';
import { gatherCall, readFacts } from '../../../src/host/facts/gather.ts';
import { Sections } from '../../../src/host/facts/sections.ts';
import { forEachShell } from '../../support/shells.ts';

/**
 * recorded/*.yaml: what a real host of each distribution says of itself. Its os-release and release files (as published by
 * the distribution; only the lines that matter), a kernel that it ships, its programs, what its first process is.
 */
interface Recorded {
  readonly host: {
    readonly files: Record<string, string>;
    readonly kernel: string;
    readonly tools: readonly string[];
    readonly paths?: readonly string[];
    readonly init?: string;
  };
  readonly expect: {
    readonly distribution: string;
    readonly version: string;
    readonly release?: string;
    readonly family: string;
    readonly packages: string;
    readonly service: string;
    readonly headers: string;
    readonly bootScript: string;
    readonly bootLoader: string;
    readonly kernelHooks: string;
  };
}

const FOLDER = join(import.meta.dirname, 'recorded');
const HOSTS = readdirSync(FOLDER).map(
  (name) => [name.replace(/\.yaml$/, ''), parse(readFileSync(join(FOLDER, name), 'utf8')) as Recorded] as const,
);

/** The answer of facts.sh, and of look.sh, on such a host. */
function rawOf({ files, kernel, tools, paths = [], init = 'systemd' }: Recorded['host']): string {
  const lines = Object.entries(files).flatMap(([path, text]) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => `${path}:${line}`),
  );
  const uname = ['Linux', 'host', kernel, 'x86_64', '#1 SMP'];
  const programs = tools.map((tool) => `/usr/bin/${tool}`);
  const parts = ['== files', ...lines, `/proc/1/comm:${init}`, '== uname', ...uname, '== kernel', kernel, 'x86_64'];
  return [...parts, '== tools', ...programs, '== paths', ...paths, ''].join('\n');
}

describe.each(HOSTS)('%s', (_name, { host, expect: expected }) => {
  const raw = rawOf(host);

  it("is known by Ansible's names", () => {
    const sections = new Sections(raw);
    expect(distributionFacts(sections)).toMatchObject({
      distribution: expected.distribution,
      distribution_version: expected.version,
      distribution_major_version: expected.version.split('.')[0],
      os_family: expected.family,
      ...(expected.release ? { distribution_release: expected.release } : {}),
    });
    expect(packageManagerFacts(sections)).toEqual({ pkg_mgr: expected.packages });
    expect(serviceManagerFacts(sections)).toEqual({ service_mgr: expected.service });
  });

  it('has packages for its kernel, hooks, a boot loader, and a way to run a script at boot', () => {
    const found = readHostDistro(raw);
    const { name, version, family, bootLoader, bootScript, kernelHooks } = found;
    expect({ name, version, family, bootLoader, bootScript, kernelHooks, headers: found.packages().headers }).toEqual({
      name: expected.distribution,
      version: expected.version,
      family: expected.family,
      bootLoader: expected.bootLoader,
      bootScript: expected.bootScript,
      kernelHooks: expected.kernelHooks,
      headers: expected.headers,
    });
  });
});

it('packages are those of the kernel that is asked for', () => {
  const [, { host }] = HOSTS.find(([name]) => name === 'rocky-9.3') as (typeof HOSTS)[number];
  const vars = distroVars(readHostDistro(rawOf(host)), '5.14.0-1.el9.x86_64+debug');
  expect(vars).toMatchObject({
    distro_headers: 'kernel-debug-devel-5.14.0-1.el9.x86_64',
    distro_build_tree: '/usr/src/kernels/5.14.0-1.el9.x86_64+debug',
    distro_manager: 'dnf',
  });
});

it('what has left the mirrors is named where the distribution keeps it', () => {
  const at = (name: string): readonly string[] => {
    const [, { host }] = HOSTS.find(([known]) => known === name) as (typeof HOSTS)[number];
    return readHostDistro(rawOf(host)).packages().archives;
  };
  expect(at('centos-6.8')[0]).toMatch(
    /^https:\/\/vault\.centos\.org\/6\.8\/updates\/x86_64\/Packages\/kernel-devel-2\.6\.32-[\w.]+\.rpm$/,
  );
  expect(at('rocky-9.3')[0]).toMatch(
    /^https:\/\/dl\.rockylinux\.org\/vault\/rocky\/9\.3\/AppStream\/.*\/k\/kernel-devel-/,
  );
  expect(at('debian-8')).toHaveLength(2);
  expect(at('uos-20-1060e')).toEqual([]);
});

it('of a distribution that nobody describes, nothing is claimed', () => {
  const found = readHostDistro('== files\n/etc/os-release:ID=plan9\n/etc/os-release:NAME="Plan 9"\n== kernel\n1\nx\n');
  expect(distroVars(found)).toMatchObject({ distro_name: 'Plan 9', distro_boot_loader: '', distro_headers: '' });
});

it("a distribution's own release file is among those that hosts are asked for", () => {
  const asked = gatherCall(['distribution']).vars?.['release_files'].split(' ') ?? [];
  expect(asked).toEqual(expect.arrayContaining(['/etc/kylin-release', '/etc/SuSE-release', '/etc/redhat-release']));
});

it('every distribution file names a distribution once, and each is found at any version', () => {
  const names = distros().flatMap((distro) => Object.keys(distro.names));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(20);
  for (const distro of distros()) {
    for (const name of Object.values(distro.names)) {
      for (const version of ['1', '8.4', '2023', 'V10', 'NA']) {
        expect(atVersion(distro, name, version, 'boot_loader'), `${name} ${version}`).not.toBe('');
      }
    }
  }
});

forEachShell('a real host', (shell) => {
  it('says the same to verbs as to facts', async () => {
    const open = await shell();
    const found = await hostDistro(open);
    const facts = readFacts((await open.call(gatherCall(['platform', 'distribution', 'pkg_mgr']))).stdout, [
      'platform',
      'distribution',
      'pkg_mgr',
    ]);
    expect(found).toMatchObject({
      name: facts['distribution'],
      version: facts['distribution_version'],
      family: facts['os_family'],
      release: facts['kernel'],
      arch: facts['machine'],
      packageManager: facts['pkg_mgr'],
    });
    expect(await hostDistro(open)).toBe(found);
  });
});

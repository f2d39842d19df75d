import { type Distro, atVersion, distros, familyOf } from '../distros/load.ts';
import { keyValues, type Sections } from './sections.ts';

interface Found {
  readonly name: string;
  readonly version: string;
  readonly codename: string;
  readonly distro?: Distro;
  readonly file: string;
}

function osRelease(raw: Sections): Map<string, string> {
  return keyValues(raw.file('/etc/os-release') ?? raw.file('/usr/lib/os-release'));
}

function codenameOf(release: Map<string, string>): string {
  const inVersion = /\(([^)]+)\)/.exec(release.get('VERSION') ?? '')?.[1];
  const debian = /^Debian GNU\/Linux (\w+)\/sid|\((\w+)\)/.exec(release.get('PRETTY_NAME') ?? '');
  return release.get('VERSION_CODENAME') ?? release.get('UBUNTU_CODENAME') ?? inVersion ?? debian?.[2] ?? 'NA';
}

/** CentOS's `Core`, RHEL's `Ootpa`, `NA`...: what stands in brackets in the release file. */
function fromReleaseFiles(raw: Sections, distro: Distro): Found | undefined {
  for (const file of distro.release_files) {
    const lines = raw.file(file.path);
    const groups = lines && new RegExp(file.pattern, 'm').exec(lines.join('\n'))?.groups;
    if (!lines || !groups) continue;
    const patch = file.patchlevel && new RegExp(file.patchlevel, 'm').exec(lines.join('\n'))?.groups?.['patch'];
    const name =
      file.name ??
      Object.values(distro.names).find((known) => groups['name']?.replaceAll(' ', '').startsWith(known)) ??
      groups['name'];
    return {
      name: name.startsWith('Red') ? 'RedHat' : name,
      version: patch ? `${groups['version']}.${patch}` : groups['version'],
      codename: groups['codename'] ?? '',
      distro,
      file: file.path,
    };
  }
  return undefined;
}

function debianVersion(raw: Sections, release: Map<string, string>): string {
  const exact = raw.first('/etc/debian_version') ?? '';
  return /^\d/.test(exact) ? exact : (release.get('VERSION_ID') ?? exact.split('/')[0]);
}

function fromOsRelease(raw: Sections, release: Map<string, string>, distro: Distro, id: string): Found {
  const name = distro.names[id];
  const fromFile = distro.version === 'release-file' ? fromReleaseFiles(raw, distro) : undefined;
  const version = distro.version === 'debian' ? debianVersion(raw, release) : (release.get('VERSION_ID') ?? 'NA');
  return {
    name,
    version: fromFile?.version ?? version,
    codename: fromFile?.codename || codenameOf(release),
    distro,
    file: fromFile?.file ?? '/etc/os-release',
  };
}

/** os-release's ID first, then the release files of older systems, then the IDs that ID_LIKE names. */
function find(raw: Sections): Found {
  const release = osRelease(raw);
  const id = release.get('ID') ?? '';
  const exact = distros().find((distro) => distro.names[id] !== undefined);
  if (exact) return fromOsRelease(raw, release, exact, id);
  if (release.size === 0) {
    const old = distros()
      .map((distro) => fromReleaseFiles(raw, distro))
      .find((found) => found !== undefined);
    if (old) return old;
    const debian = raw.first('/etc/debian_version');
    const distro = distros().find((known) => known.version === 'debian');
    if (debian && distro)
      return { name: 'Debian', version: debian, codename: 'NA', distro, file: '/etc/debian_version' };
  }
  const like = (release.get('ID_LIKE') ?? '').split(/\s+/);
  const distro = distros().find((known) => like.some((word) => known.names[word] !== undefined));
  const name = release.get('NAME') ?? raw.lines('uname')[0]?.split(' ')[0] ?? 'NA';
  return {
    name,
    version: release.get('VERSION_ID') ?? 'NA',
    codename: codenameOf(release),
    distro,
    file: '/etc/os-release',
  };
}

/** Ansible's distribution_* and os_family (module_utils/facts/system/distribution.py's keys and values). */
export function distributionFacts(raw: Sections): Record<string, unknown> {
  const found = find(raw);
  const parts = found.version.split('.');
  return {
    distribution: found.name,
    distribution_version: found.version,
    distribution_major_version: parts[0],
    ...(parts.length > 1 ? { distribution_minor_version: parts[1] } : {}),
    distribution_release: found.codename || 'NA',
    distribution_file_path: found.file,
    distribution_file_variety: found.distro ? familyOf(found.distro, found.name) : found.name,
    distribution_file_parsed: true,
    os_family: found.distro ? familyOf(found.distro, found.name) : found.name,
  };
}

function tools(raw: Sections): Map<string, string> {
  return new Map(raw.lines('tools').map((path) => [path.slice(path.lastIndexOf('/') + 1), path]));
}

/** pkg_mgr: what the distribution uses at its version, when it is really there; else the first that is. */
export function packageManagerFacts(raw: Sections): Record<string, unknown> {
  const { distro, version } = find(raw);
  const there = tools(raw);
  if (there.has('rpm-ostree') && raw.lines('paths').includes('/run/ostree-booted'))
    return { pkg_mgr: 'atomic_container' };
  const program = (manager: string): boolean => there.has(manager === 'apt' ? 'apt-get' : manager);
  const wanted = distro ? atVersion(distro.package_manager, version, 'manager') : '';
  if (program(wanted)) return { pkg_mgr: wanted };
  const any = ['apt', 'dnf5', 'dnf', 'yum', 'zypper', 'apk', 'pacman'].find(program);
  return { pkg_mgr: any ?? 'unknown' };
}

/** service_mgr: what PID 1 is. */
export function serviceManagerFacts(raw: Sections): Record<string, unknown> {
  const paths = raw.lines('paths');
  const there = tools(raw);
  if (paths.includes('/run/systemd/system')) return { service_mgr: 'systemd' };
  if (there.has('initctl') && paths.includes('/etc/init/rc.conf')) return { service_mgr: 'upstart' };
  if (paths.includes('/sbin/openrc')) return { service_mgr: 'openrc' };
  const first = raw.first('/proc/1/comm') ?? '';
  if (first === 'init' || paths.includes('/etc/inittab')) return { service_mgr: 'sysvinit' };
  return { service_mgr: first === 'systemd' ? 'systemd' : first || 'service' };
}

/** python facts: only where a Python happens to be; nothing of ours needs it. */
/** Old distributions' own Python, for hosts where none is installed: roles choose names of packages by it. */
function stockPython(raw: Sections): string {
  const { distribution_major_version: major, os_family: family } = distributionFacts(raw) as Record<string, string>;
  if (family === 'RedHat' && Number(major) <= 6) return '2.6.6';
  if (family === 'RedHat' && Number(major) === 7) return '2.7.5';
  return '3.6.8';
}

/** Python as the host has it; where it has none, `executable` is empty and the version that of the distribution. */
export function pythonFacts(raw: Sections): Record<string, unknown> {
  const [, executable, found] = /^(\S+) Python (\d+\.\d+\.\d+\S*)/.exec(raw.lines('python')[0] ?? '') ?? [];
  const version = found ?? stockPython(raw);
  const [major, minor, micro] = version.split('.').map((part) => Number.parseInt(part, 10));
  const parts = { major, minor, micro, releaselevel: 'final', serial: 0 };
  const python = {
    version: parts,
    version_info: Object.values(parts),
    executable: executable ?? '',
    has_sslcontext: true,
    type: 'cpython',
  };
  return { python, python_version: version };
}

import { findDistro } from '../distros/find.ts';
import { atVersion, familyOf } from '../distros/load.ts';
import type { Sections } from './sections.ts';

/** Ansible's distribution_* and os_family (module_utils/facts/system/distribution.py's keys and values). */
export function distributionFacts(raw: Sections): Record<string, unknown> {
  const found = findDistro(raw);
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
export function packageManagerFacts(raw: Sections): { pkg_mgr: string } {
  const { distro, name, version } = findDistro(raw);
  const there = tools(raw);
  if (there.has('rpm-ostree') && raw.lines('paths').includes('/run/ostree-booted'))
    return { pkg_mgr: 'atomic_container' };
  const program = (manager: string): boolean => there.has(manager === 'apt' ? 'apt-get' : manager);
  const wanted = distro ? atVersion(distro, name, version, 'package_manager') : '';
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

/** The distribution's own Python, for hosts where none is installed: roles choose names of packages by it. */
function stockPython(raw: Sections): string {
  const { distro, name, version } = findDistro(raw);
  return (distro && atVersion(distro, name, version, 'python')) || '3.6.8';
}

/** Python as the host has it; where it has none, `executable` is empty and the version that of the distribution. */
export function pythonFacts(raw: Sections): Record<string, unknown> {
  const [executable = '', said = ''] = raw.lines('python');
  const [, found] = /^Python (\d+\.\d+\.\d+\S*)/.exec(said) ?? [];
  const version = found ?? stockPython(raw);
  const [major, minor, micro] = version.split('.').map((part) => Number.parseInt(part, 10));
  const parts = { major, minor, micro, releaselevel: 'final', serial: 0 };
  const python = {
    version: parts,
    version_info: Object.values(parts),
    executable,
    has_sslcontext: true,
    type: 'cpython',
  };
  return { python, python_version: version };
}

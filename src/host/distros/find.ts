import { keyValues, type Sections } from '../facts/sections.ts';
import { type Distro, distros } from './load.ts';

/** Which distribution a host is, by Ansible's names. */
export interface FoundDistro {
  readonly name: string;
  readonly version: string;
  readonly codename: string;
  readonly distro?: Distro;
  /** The file that named the version. */
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
function fromReleaseFiles(raw: Sections, distro: Distro): FoundDistro | undefined {
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
      name,
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

function fromOsRelease(raw: Sections, release: Map<string, string>, distro: Distro, id: string): FoundDistro {
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

/** Which of a file's names a host has: UOS is a Red Hat or a Debian, which only PLATFORM_ID tells. */
function knownId(release: Map<string, string>): string {
  const id = release.get('ID') ?? '';
  const exact = `${id} ${(release.get('PLATFORM_ID') ?? '').replace(/^platform:/, '')}`;
  return distros().some((distro) => distro.names[exact] !== undefined) ? exact : id;
}

/** os-release's ID first, then the release files of older systems, then the IDs that ID_LIKE names. */
export function findDistro(raw: Sections): FoundDistro {
  const release = osRelease(raw);
  const id = knownId(release);
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
      return {
        name: Object.values(distro.names)[0],
        version: debian,
        codename: 'NA',
        distro,
        file: '/etc/debian_version',
      };
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

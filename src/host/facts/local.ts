import { parseHostJson } from '../../base/host-text.ts';
import { keyValues, type Sections } from './sections.ts';

function parseIni(text: string): Record<string, Record<string, string>> | undefined {
  const out: Record<string, Record<string, string>> = {};
  let section: Record<string, string> | undefined;
  for (const line of text.split('\n')) {
    const head = /^\s*\[([^\]]+)\]/.exec(line);
    if (head) section = out[head[1]] = {};
    else if (line.trim() !== '' && !/^\s*[#;]/.test(line)) {
      const at = line.search(/[=:]/);
      if (at < 0 || !section) return undefined;
      section[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim();
    }
  }
  return out;
}

function parseFact(text: string): unknown {
  try {
    return parseHostJson(text);
  } catch {
    return parseIni(text) ?? `error loading fact - please check content`;
  }
}

/** `ansible_local`: facts that the host's own files or programs in facts.d give, as JSON or INI. */
export function localFacts(raw: Sections): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  let name = '';
  let text: string[] = [];
  const finish = (): void => {
    if (name) out[name] = parseFact(text.join('\n').trim());
  };
  for (const line of raw.lines('local')) {
    if (line.startsWith('-- ')) {
      finish();
      name = line
        .slice(3)
        .replace(/^.*\//, '')
        .replace(/\.fact$/, '');
      text = [];
    } else text.push(line);
  }
  finish();
  return { ansible_local: out };
}

/** What Debian's lsb-release-minimal makes of os-release. */
function fromOsRelease(raw: Sections): Record<string, string> {
  const release = keyValues(raw.file('/etc/os-release') ?? raw.file('/usr/lib/os-release'));
  const [id, name] = [release.get('ID') ?? '', release.get('NAME') ?? ''];
  const same = id.toLowerCase() === name.toLowerCase();
  return {
    id: (same ? name : `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`) || 'n/a',
    description: release.get('PRETTY_NAME') || 'n/a',
    release: release.get('VERSION_ID') || 'n/a',
    codename: release.get('VERSION_CODENAME') || 'n/a',
  };
}

export function lsbFacts(raw: Sections): Record<string, unknown> {
  const names: Record<string, string> = {
    'Distributor ID': 'id',
    Description: 'description',
    Release: 'release',
    Codename: 'codename',
  };
  const lsb: Record<string, string> = raw.lines('lsb')[0] === 'os-release' ? fromOsRelease(raw) : {};
  for (const line of raw.lines('lsb')) {
    const at = line.indexOf(':');
    const key = names[line.slice(0, at).trim()];
    if (key)
      lsb[key] = line
        .slice(at + 1)
        .trim()
        .replace(/^"|"$/g, '');
  }
  const file = keyValues(raw.file('/etc/lsb-release'));
  for (const [from, to] of [
    ['DISTRIB_ID', 'id'],
    ['DISTRIB_RELEASE', 'release'],
    ['DISTRIB_DESCRIPTION', 'description'],
    ['DISTRIB_CODENAME', 'codename'],
  ]) {
    const value = file.get(from);
    if (value !== undefined && lsb[to] === undefined) lsb[to] = value;
  }
  if (lsb['release']) lsb['major_release'] = lsb['release'].split('.')[0];
  return { lsb };
}

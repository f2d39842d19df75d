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

function parseFact(text: string, path: string): unknown {
  try {
    return parseHostJson(text);
  } catch {
    return parseIni(text) ?? `error loading facts as JSON or ini - please check content: ${path}`;
  }
}

/** `ansible_local`: facts that the host's own files or programs in facts.d give, as JSON or INI. */
export function localFacts(raw: Sections): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  let path = '';
  let text: string[] = [];
  let failed: string | undefined;
  const finish = (): void => {
    const name = path.replace(/^.*\//, '').replace(/\.fact$/, '');
    if (name) out[name] = failed ?? parseFact(text.join('\n').trim(), path);
  };
  for (const line of raw.lines('local')) {
    const ended = /^-! (\d+) (.*)$/.exec(line);
    if (line.startsWith('-- ')) {
      finish();
      path = line.slice(3);
      text = [];
      failed = undefined;
    } else if (ended) failed = `Failure executing fact script (${path}), rc: ${ended[1]}, err: ${ended[2]}`;
    else text.push(line);
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

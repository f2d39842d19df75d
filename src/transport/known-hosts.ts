import { createHmac, randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostsEntry {
  readonly marker?: 'revoked' | 'cert-authority';
  /** Comma-separated patterns, or one hashed name. */
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
  readonly file: string;
  readonly line: number;
}

/** Reads the text of a known_hosts file. Lines that no ssh would read are left out. */
function parseKnownHosts(text: string, file: string): KnownHostsEntry[] {
  const entries: KnownHostsEntry[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    const fields = raw.trim().split(/\s+/);
    if (fields[0] === '' || fields[0].startsWith('#')) continue;
    const marker = fields[0].startsWith('@') ? fields.shift()?.slice(1) : undefined;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') continue;
    const [hosts, type, base64] = fields;
    if (base64 === undefined) continue;
    entries.push({ marker, hosts, type, key: Buffer.from(base64, 'base64'), file, line: at + 1 });
  }
  return entries;
}

/** The name that a host's keys stand under: `host`, or `[host]:port` for other ports than 22. */
export function knownName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

function hashName(name: string, salt: Buffer): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}

function globMatches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}

/** Whether an entry's host field names `name`; a negated pattern that matches wins. */
export function hostsMatch(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt, hash] = hosts.split('|');
    return hash !== undefined && hashName(name, Buffer.from(salt, 'base64')).equals(Buffer.from(hash, 'base64'));
  }
  const patterns = hosts.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && globMatches(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => globMatches(pattern, name));
}

/** A parsed file, indexed so that a fleet of hosts does not cost hosts x lines. */
interface Indexed {
  readonly stamp: string;
  readonly byName: ReadonlyMap<string, KnownHostsEntry[]>;
  readonly others: readonly KnownHostsEntry[];
}

const files = new Map<string, Indexed>();

function index(path: string): Indexed | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  const stamp = `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
  const cached = files.get(path);
  if (cached?.stamp === stamp) return cached;
  const byName = new Map<string, KnownHostsEntry[]>();
  const others: KnownHostsEntry[] = [];
  for (const entry of parseKnownHosts(readFileSync(path, 'utf8'), path)) {
    if (/[*?!|]/.test(entry.hosts)) {
      others.push(entry);
      continue;
    }
    for (const name of entry.hosts.toLowerCase().split(',')) {
      const list = byName.get(name);
      if (list) list.push(entry);
      else byName.set(name, [entry]);
    }
  }
  const made = { stamp, byName, others };
  files.set(path, made);
  return made;
}

/** All entries for a name in some files; files that do not exist are passed over. */
export function findKnown(paths: readonly string[], name: string): KnownHostsEntry[] {
  return paths.flatMap((path) => {
    const found = index(path);
    if (!found) return [];
    return [...(found.byName.get(name) ?? []), ...found.others.filter((entry) => hostsMatch(entry.hosts, name))];
  });
}

/** Adds a key to a known_hosts file, as `StrictHostKeyChecking accept-new` does. */
export function addKnown(path: string, name: string, type: string, key: Buffer, hashed: boolean): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const salt = randomBytes(20);
  const hosts = hashed ? `|1|${salt.toString('base64')}|${hashName(name, salt).toString('base64')}` : name;
  appendFileSync(path, `${hosts} ${type} ${key.toString('base64')}\n`, { mode: 0o600 });
}

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

const MARKERS: ReadonlyMap<string, KnownHostsEntry['marker']> = new Map([
  ['@revoked', 'revoked'],
  ['@cert-authority', 'cert-authority'],
]);

/**
 * Reads the text of a known_hosts file. Lines that no ssh would read are left out (OpenSSH's hostfile.c and sshkey_read):
 * a key is whole base64, and of the type that stands before it.
 */
export function parseKnownHosts(text: string, file: string): KnownHostsEntry[] {
  const entries: KnownHostsEntry[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    // only these two separate: other blanks are part of a name
    const fields = raw.split(/[ \t]+/).filter((field, place) => place > 0 || field !== '');
    if (fields.length === 0 || fields[0].startsWith('#')) continue;
    const marker = MARKERS.get(fields[0]);
    if (marker !== undefined) fields.shift();
    else if (fields[0].startsWith('@')) continue;
    const [hosts, type, base64 = ''] = fields;
    const key = keyOf(base64, type);
    if (key) entries.push({ marker, hosts, type, key, file, line: at + 1 });
  }
  return entries;
}

/** A public key in its wire form: when its text is base64 to the end, of whole fields, the first one the type that is named. */
function keyOf(base64: string, type: string): Buffer | undefined {
  const text = base64.replace(/\r$/, '');
  const key = Buffer.from(text, 'base64');
  if (key.toString('base64') !== text) return undefined;
  const ends = fieldEnds(key);
  if (ends === undefined || ends.length < 2) return undefined;
  return key.toString('latin1', 4, ends[0]) === type ? key : undefined;
}

/** Where the fields of a key end (RFC 4251, section 5: string); undefined where the last one is not whole. */
function fieldEnds(key: Buffer): number[] | undefined {
  const ends: number[] = [];
  for (let at = 0; at < key.length; ends.push(at)) {
    if (key.length - at < 4) return undefined;
    at += 4 + key.readUInt32BE(at);
    if (at > key.length) return undefined;
  }
  return ends;
}

/** The name that a host's keys stand under: `host`, or `[host]:port` for other ports than 22. */
export function knownName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

function hashName(name: string, salt: Buffer): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}

/** Whether a name matches a pattern of `*` and `?`; time grows with the product of their lengths at most. */
function globMatches(pattern: string, name: string): boolean {
  let [at, inName, star, behindStar] = [0, 0, -1, 0];
  while (inName < name.length) {
    if (pattern[at] === '*') {
      [star, behindStar] = [at++, inName];
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[inName])) {
      at++;
      inName++;
    } else if (star >= 0) {
      // the last star takes one character more
      [at, inName] = [star + 1, ++behindStar];
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** OpenSSH's match.c: a list with a longer pattern matches nothing. */
const LONGEST_PATTERN = 1023;
const SALT_BYTES = 20;

/** Whether an entry's host field names `name`; a negated pattern that matches wins. */
export function hostsMatch(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) {
    const salt = Buffer.from(hosts.split('|')[2] ?? '', 'base64');
    if (salt.length !== SALT_BYTES) return false;
    return hosts === `|1|${salt.toString('base64')}|${hashName(name, salt).toString('base64')}`;
  }
  const patterns = hosts.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.length > LONGEST_PATTERN)) return false;
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

import { createHmac, randomBytes } from 'node:crypto';

export interface HostKey {
  /** The first field: names with commas, or `|1|salt|hash`. */
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
  /** `@revoked`, `@cert-authority` or empty. */
  readonly marker: string;
}

/** Reads one line of known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), or undefined for a comment or nonsense. */
export function parseHostKey(line: string): HostKey | undefined {
  const words = line.trim().split(/\s+/);
  if (words[0] === '' || words[0].startsWith('#')) return undefined;
  const marker = words[0].startsWith('@') ? (words.shift() as string) : '';
  const [hosts, type, key] = words;
  return key === undefined ? undefined : { hosts, type, key, marker };
}

/** Whether a first field, hashed or plain, names a host. */
export function namesHost(hosts: string, name: string): boolean {
  if (!hosts.startsWith('|1|')) return hosts.split(',').includes(name);
  const [, , salt, hash] = hosts.split('|');
  const mac = createHmac('sha1', Buffer.from(salt ?? '', 'base64'))
    .update(name)
    .digest('base64');
  return mac === hash;
}

/** `|1|salt|hash` of a name. */
export function hashedHost(name: string, salt: Uint8Array = randomBytes(20)): string {
  const mac = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${Buffer.from(salt).toString('base64')}|${mac}`;
}

export interface HostKeyChange {
  readonly name: string;
  /** Lines as ssh-keyscan prints them. */
  readonly keys: readonly HostKey[];
  readonly state: 'present' | 'absent';
  readonly hash: boolean;
}

/** The text with the keys of a host added, replaced (per key type) or removed. */
export function editKnownHosts(text: string, change: HostKeyChange): string {
  const { name, keys, state, hash } = change;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const parsed = lines.map((line) => ({ line, key: parseHostKey(line) }));
  const isOurs = (key: HostKey | undefined): key is HostKey =>
    key !== undefined && key.marker === '' && namesHost(key.hosts, name);
  if (state === 'absent') {
    const left = parsed.filter(
      ({ key }) => !(isOurs(key) && (keys.length === 0 || keys.some((k) => k.type === key.type))),
    );
    return left.map(({ line }) => `${line}\n`).join('');
  }
  const missing = [...keys];
  const out: string[] = [];
  const format = (key: HostKey): string => `${hash ? hashedHost(name) : key.hosts} ${key.type} ${key.key}`;
  for (const { line, key } of parsed) {
    const wanted = isOurs(key) ? keys.find((k) => k.type === key.type) : undefined;
    if (!wanted || !key) {
      out.push(line);
      continue;
    }
    const at = missing.indexOf(wanted);
    // a second line of the same type for this host would contradict the first
    if (at < 0) continue;
    missing.splice(at, 1);
    const isSame = key.key === wanted.key && key.hosts.startsWith('|1|') === hash;
    out.push(isSame ? line : format(wanted));
  }
  return [...out, ...missing.map(format)].map((line) => `${line}\n`).join('');
}

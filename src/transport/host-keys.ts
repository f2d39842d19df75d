import { createHash } from 'node:crypto';
import { ToaError } from '../base/errors.ts';
import { addKnown, findKnown, knownName, type KnownHostsEntry } from './known-hosts.ts';
import type { SshSettings } from './ssh-settings.ts';

const SIGNATURES_OF: Readonly<Record<string, readonly string[]>> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};
/** In order of preference; ed25519 is also the cheapest to verify. */
const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

function entriesFor(settings: SshSettings): KnownHostsEntry[] {
  return findKnown(settings.knownHostsFiles, nameOf(settings));
}

/** Where a key stands, for people. */
export function keyPlace(settings: SshSettings, key: Buffer): string {
  const known = entriesFor(settings).find((entry) => !entry.marker && entry.key.equals(key));
  const shown = `${keyType(key)} ${fingerprint(key)}`;
  return known ? `${shown}, known at ${known.file}:${known.line}` : `${shown}, not checked`;
}

function nameOf(settings: SshSettings): string {
  return settings.hostKeyAlias?.toLowerCase() ?? knownName(settings.host, settings.port);
}

/** Algorithms with those first whose keys are known, as OpenSSH does: else a server's other key would look new. */
export function hostKeyAlgorithms(settings: SshSettings): string[] {
  const known = entriesFor(settings)
    .filter((entry) => !entry.marker)
    .flatMap((entry) => SIGNATURES_OF[entry.type] ?? [entry.type])
    .filter((algorithm) => HOST_KEY_ALGORITHMS.includes(algorithm));
  return [...new Set([...known, ...HOST_KEY_ALGORITHMS])];
}

/** Whether the host is known only by a certificate authority, which ssh2 cannot check. */
export function knownByAuthorityOnly(settings: SshSettings): boolean {
  if (settings.strict === 'no') return false;
  const entries = entriesFor(settings);
  return entries.some((e) => e.marker === 'cert-authority') && !entries.some((e) => !e.marker);
}

/** Type of a public key in SSH's wire form (RFC 4253, section 6.6). */
export function keyType(key: Buffer): string {
  return key.length < 4 ? '?' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}

export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** A key that a server showed and that no file has: what a person can be asked about. */
export class UnknownKey {
  readonly #settings: SshSettings;
  readonly #key: Buffer;

  constructor(settings: SshSettings, key: Buffer) {
    this.#settings = settings;
    this.#key = key;
  }

  /**
   * Asks, and notes the key in known_hosts after a yes. Then another key at the same place is a changed one.
   * @returns whether connecting again makes sense
   * @throws ToaError E_HOST_KEY_UNKNOWN when the file cannot be written
   */
  async isTrusted(): Promise<boolean> {
    const { strict, person, knownHostsFiles, name } = this.#settings;
    if (strict !== 'ask' || !person?.trustsKey || knownHostsFiles.length === 0) return false;
    const type = keyType(this.#key);
    const shown = fingerprint(this.#key);
    const where = nameOf(this.#settings);
    const question = `${name}: the host ${where} shows a key that is not known: ${type} ${shown}`;
    // another question may have brought it in meanwhile: one host under two names
    const isKnown = (): boolean => entriesFor(this.#settings).some((entry) => entry.key.equals(this.#key));
    if (!(await person.trustsKey(question, shown))) return false;
    const error = isKnown() ? undefined : note(this.#settings, type, this.#key);
    if (error) throw error;
    return true;
  }
}

/**
 * Checks the key that a server showed; with accept-new, notes an unknown one.
 * @returns why the key is refused: E_HOST_KEY_REVOKED, E_HOST_KEY_CHANGED, E_HOST_KEY_UNKNOWN; undefined when it is good
 */
export function checkHostKey(settings: SshSettings, key: Buffer): ToaError | undefined {
  const entries = entriesFor(settings);
  const type = keyType(key);
  const shown = `${type} ${fingerprint(key)}`;
  const revoked = entries.find((entry) => entry.marker === 'revoked' && entry.key.equals(key));
  if (revoked) {
    return new ToaError(
      'E_HOST_KEY_REVOKED',
      `${settings.name}: ${nameOf(settings)} showed the host key ${shown}, revoked at ${revoked.file}:${revoked.line}`,
      { remedy: 'do not connect: someone may have that key. Give the host a new key' },
    );
  }
  const plain = entries.filter((entry) => !entry.marker);
  if (plain.some((entry) => entry.key.equals(key)) || settings.strict === 'no') return undefined;
  const other = plain.find((entry) => entry.type === type) ?? plain[0];
  if (other) return changed(settings, shown, other);
  if (settings.strict === 'accept-new' && settings.knownHostsFiles.length > 0) {
    return note(settings, type, key);
  }
  return new ToaError(
    'E_HOST_KEY_UNKNOWN',
    `${settings.name}: the host key of ${nameOf(settings)} is not known: ${shown}`,
    {
      cause: new UnknownKey(settings, key),
      remedy:
        `compare that fingerprint with the host's own, then add the key to ${settings.knownHostsFiles[0] ?? 'known_hosts'} ` +
        '(`ssh-keyscan`, or log in once with ssh), or let new keys in with StrictHostKeyChecking=accept-new',
    },
  );
}

/**
 * With host key checking off: why the key that a server showed is none that is known for it. Such a server is let in, but
 * given no password, as OpenSSH does: whoever listens in would have it.
 */
export function changedKey(settings: SshSettings, key: Buffer): ToaError | undefined {
  const plain = entriesFor(settings).filter((entry) => !entry.marker);
  if (plain.length === 0 || plain.some((entry) => entry.key.equals(key))) return undefined;
  const type = keyType(key);
  const other = plain.find((entry) => entry.type === type) ?? plain[0];
  return changed(settings, `${type} ${fingerprint(key)}`, other);
}

function changed(settings: SshSettings, shown: string, entry: KnownHostsEntry): ToaError {
  const place = `${entry.file}:${entry.line}`;
  return new ToaError(
    'E_HOST_KEY_CHANGED',
    `${settings.name}: ${nameOf(settings)} showed the host key ${shown}, but ${place} has ${entry.type} ${fingerprint(entry.key)}`,
    {
      span: { file: entry.file, line: entry.line, column: 1 },
      remedy: `if the host was installed anew, remove that line (ssh-keygen -f ${entry.file} -R '${nameOf(settings)}'); else someone may be listening in`,
    },
  );
}

function note(settings: SshSettings, type: string, key: Buffer): ToaError | undefined {
  const [file] = settings.knownHostsFiles;
  try {
    addKnown(file, nameOf(settings), type, key, settings.hashKnownHosts);
    return undefined;
  } catch (cause) {
    return new ToaError(
      'E_HOST_KEY_UNKNOWN',
      `${settings.name}: cannot add the host key to ${file}: ${String(cause)}`,
      {
        cause,
        remedy: 'make that file writable, or name another with UserKnownHostsFile',
      },
    );
  }
}

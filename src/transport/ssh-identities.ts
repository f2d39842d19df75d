import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { AnyAuthMethod, ParsedKey } from 'ssh2';
import { ToaError } from '../base/errors.ts';
import { readOnce } from './short-login.ts';
import type { SshSettings } from './ssh-settings.ts';

const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** Deriving the key of an encrypted file blocks for a tenth of a second: once per process is enough. */
const keys = new Map<string, Promise<ParsedKey | Error | undefined>>();

/** A private key; an Error when it cannot be used; undefined when the file is not there. */
function loadKey(path: string, passphrase: string | undefined): Promise<ParsedKey | Error | undefined> {
  const cacheKey = `${path}\0${passphrase ?? ''}`;
  let key = keys.get(cacheKey);
  if (!key) {
    key = readFile(path)
      .then((data) => usableKey(data, passphrase))
      .catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : error));
    keys.set(cacheKey, key);
  }
  return key;
}

function usableKey(data: Buffer, passphrase: string | undefined): ParsedKey | Error {
  const parsed = ssh2.utils.parseKey(data, passphrase);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key instanceof Error) return key;
  return key.isPrivateKey() ? readOnce(key) : new Error('it holds only a public key');
}

/** The ways to log in by a key. ssh2 signs with SHA-256 where the server names it, and some that name it take SHA-512 only. */
function keyMethods(username: string, key: ParsedKey): AnyAuthMethod[] {
  const method = (one: ParsedKey): AnyAuthMethod => ({ type: 'publickey', username, key: one as any });
  return key.type === 'ssh-rsa' ? [method(key), method(withSha512(key))] : [method(key)];
}

/** The same RSA key for ssh2 to offer as `rsa-sha2-512` (RFC 8332), whose type it takes for the name of the signature. */
function withSha512(key: ParsedKey): ParsedKey {
  return Object.create(key, {
    type: { value: 'rsa-sha2-512' },
    sign: { value: (data: Buffer) => key.sign(data, 'sha512') },
  }) as ParsedKey;
}

async function publicKeys(files: readonly string[]): Promise<Buffer[]> {
  const texts = await Promise.all(files.map((file) => readFile(`${file}.pub`, 'utf8').catch(() => '')));
  return texts.filter((text) => text !== '').map((text) => Buffer.from(text.trim().split(/\s+/)[1] ?? '', 'base64'));
}

/** An agent that shows only some of its keys (IdentitiesOnly). */
class SomeKeysAgent extends ssh2.OpenSSHAgent {
  readonly #wanted: readonly Buffer[];
  constructor(socket: string, wanted: readonly Buffer[]) {
    super(socket);
    this.#wanted = wanted;
  }

  override getIdentities(callback: (error?: Error | null, keys?: any[]) => void): void {
    super.getIdentities((error?: Error | null, all?: any[]) => {
      const kept = (all ?? []).filter((one) => this.#wanted.some((blob) => blob.equals(toBlob(one))));
      callback(error, kept);
    });
  }
}

function toBlob(key: any): Buffer {
  const parsed = Buffer.isBuffer(key) ? key : key.getPublicSSH();
  return parsed as Buffer;
}

/**
 * The ways to log in, in the order to try: named key files, the agent, default identities, password,
 * keyboard-interactive. Unlike OpenSSH, named files come before the agent: a full agent must not use up MaxAuthTries.
 * @throws ToaError E_KEY_FILE, E_KEY_PASSPHRASE for a named key that cannot be used and that no agent holds
 */
export async function authMethods(settings: SshSettings): Promise<AnyAuthMethod[]> {
  const { user: username, agentSocket } = settings;
  const methods: AnyAuthMethod[] = [];
  for (const path of settings.identityFiles) {
    const key = await loadKey(path, settings.passphrase);
    if (key !== undefined && !(key instanceof Error)) methods.push(...keyMethods(username, key));
    else if (!agentSocket && settings.password === undefined) throw keyError(path, key, settings);
  }
  if (agentSocket) {
    const agent = settings.identitiesOnly
      ? new SomeKeysAgent(agentSocket, await publicKeys(settings.identityFiles))
      : agentSocket;
    methods.push({ type: 'agent', username, agent });
  }
  if (settings.identityFiles.length === 0) {
    for (const name of DEFAULT_IDENTITIES) {
      const key = await loadKey(join(homedir(), '.ssh', name), settings.passphrase);
      if (key !== undefined && !(key instanceof Error)) methods.push(...keyMethods(username, key));
    }
  }
  const { password } = settings;
  if (password !== undefined) {
    methods.push({ type: 'password', username, password });
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.map((prompt) => (prompt.echo ? '' : password))),
    });
  }
  return methods;
}

function keyError(path: string, key: Error | undefined, settings: SshSettings): ToaError {
  if (key === undefined) {
    return new ToaError('E_KEY_FILE', `${settings.name}: there is no private key file ${path}`, {
      remedy: 'check ansible_ssh_private_key_file (or --private-key)',
    });
  }
  const encrypted = /passphrase|encrypted|decrypt|integrity check/i.test(key.message);
  const code = encrypted ? 'E_KEY_PASSPHRASE' : 'E_KEY_FILE';
  return new ToaError(code, `${settings.name}: cannot use the private key ${path}: ${key.message}`, {
    cause: key,
    remedy: encrypted
      ? 'load it into an agent (ssh-add), or give ansible_ssh_private_key_passphrase'
      : 'check that it is a private key in a format that ssh-keygen reads, and that you may read it',
  });
}

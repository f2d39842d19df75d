import { posix } from 'node:path';
import { type ErrorCode, ToaError } from '../../base/errors.ts';
import type { Sources } from '../sources.ts';
import { createVault, type VaultSecret } from './index.ts';
import { isVaultData } from './envelope.ts';

/** Where vault passwords come from, in the order in which they are tried. */
export interface SecretOptions {
  /** `label@source` of vault_identity_list and --vault-id; a source is a file, a script or `prompt`. */
  readonly vaultIds: readonly string[];
  readonly passwordFiles: readonly string[];
  readonly askPassword: boolean;
  /** Folder for relative paths. */
  readonly folder: string;
  /** Ask twice, for a new password. */
  readonly isNew?: boolean;
}

/** Parts `label@source`; without `@` it is a source of the id `default`. */
export function splitVaultId(text: string): { id: string; source: string } {
  const at = text.indexOf('@');
  return at < 0 ? { id: 'default', source: text } : { id: text.slice(0, at) || 'default', source: text.slice(at + 1) };
}

function fail(code: ErrorCode, message: string, remedy: string): never {
  throw new ToaError(code, message, { remedy });
}

async function ask(id: string, old: boolean, options: SecretOptions, sources: Sources): Promise<VaultSecret> {
  const isNew = options.isNew === true;
  const name = `${isNew ? 'New ' : ''}${isNew && !old ? 'vault' : 'Vault'} password`;
  const question = old ? `${name}: ` : `${name} (${id}): `;
  const answer = await sources.prompt(question, { secret: true, confirm: isNew });
  if (answer === undefined) {
    return fail('E_VAULT_NO_TERMINAL', 'cannot ask for the vault password: no terminal', 'use --vault-password-file');
  }
  const password = answer.trim();
  if (password === '') fail('E_VAULT_EMPTY', 'Invalid vault password was provided: it is empty', 'enter a password');
  return { id, password: Buffer.from(password) };
}

/** Scripts named `*-client` are given the vault id. */
function fromScript(path: string, id: string, sources: Sources): Buffer {
  const isClient = posix.basename(path, posix.extname(path)).endsWith('-client');
  const { rc, stdout, stderr } = sources.run(path, isClient ? ['--vault-id', id] : []);
  if (rc === 0) return Buffer.from(stdout);
  const message = `Vault password script ${path} returned non-zero (${rc}): ${stderr.trim()}`;
  return fail('E_VAULT_SCRIPT', message, 'run the script by hand; it must print the password and exit 0');
}

function fromFile(path: string, id: string, sources: Sources, known: readonly VaultSecret[]): VaultSecret {
  const kind = sources.kind(path);
  const data = kind === 'executable' ? fromScript(path, id, sources) : sources.read(path);
  if (kind === 'directory' || data === undefined) {
    return fail('E_VAULT_FILE', `The vault password file ${path} was not found`, 'check the path');
  }
  const plain = isVaultData(data) ? createVault(known).decrypt(data, path) : data;
  const password = Buffer.from(Buffer.from(plain).toString('latin1').trim(), 'latin1');
  if (password.length === 0) {
    fail('E_VAULT_EMPTY', `Invalid vault password was provided from file (${path})`, 'write the password into it');
  }
  return { id, password };
}

function pathOf(source: string, folder: string, sources: Sources): string {
  const home = source.replace(/^~(?=\/|$)/, sources.environment['HOME'] ?? '~');
  return posix.isAbsolute(home) ? home : posix.join(folder, home);
}

/**
 * Gets the vault passwords: vault ids first, then password files, then the terminal.
 * @throws ToaError E_VAULT_FILE, E_VAULT_SCRIPT, E_VAULT_EMPTY, E_VAULT_NO_TERMINAL
 */
export async function loadVaultSecrets(sources: Sources, options: SecretOptions): Promise<VaultSecret[]> {
  const secrets: VaultSecret[] = [];
  const wanted = [...options.vaultIds, ...options.passwordFiles.map((file) => `default@${file}`)];
  for (const text of wanted) {
    const { id, source } = splitVaultId(text);
    if (source === 'prompt' || source === 'prompt_ask_vault_pass') {
      secrets.push(await ask(id, source !== 'prompt', options, sources));
    } else {
      secrets.push(fromFile(pathOf(source, options.folder, sources), id, sources, secrets));
    }
  }
  if (options.askPassword) secrets.push(await ask('default', true, options, sources));
  return secrets;
}

import { randomBytes } from 'node:crypto';
import { ToaError } from '../../base/errors.ts';
import type { VaultReader } from '../contract.ts';
import { open, seal } from './cipher.ts';
import { formatEnvelope, isVaultData, parseEnvelope } from './envelope.ts';

export { encryptString, rekey } from './commands.ts';
export { isVaultData } from './envelope.ts';
export { loadVaultSecrets, splitVaultId, type SecretOptions } from './secrets.ts';

/** A vault password with its vault id (`default` when none was given). */
export interface VaultSecret {
  readonly id: string;
  readonly password: Uint8Array;
}

/**
 * Encrypts as `ansible-vault encrypt` does.
 * @param options.vaultId label to write (format 1.2); default: that of the secret
 * @param options.salt only for tests; 32 random bytes otherwise
 * @returns the text of the vault file, with a line end
 */
export function encryptVault(
  plain: Uint8Array | string,
  secret: VaultSecret,
  options: { vaultId?: string; salt?: Uint8Array } = {},
): string {
  const bytes = typeof plain === 'string' ? Buffer.from(plain) : plain;
  const salt = Buffer.from(options.salt ?? randomBytes(32));
  return formatEnvelope({ vaultId: options.vaultId ?? secret.id, ...seal(bytes, secret.password, salt) });
}

/**
 * Decrypts; secrets whose id is that of the text are tried first, then all others.
 * @param label what is decrypted, for messages
 * @returns the plain bytes and the secret that fitted
 * @throws ToaError E_VAULT_FORMAT, E_VAULT_NO_SECRET, E_VAULT_SECRET
 */
export function decryptVault(
  data: Uint8Array | string,
  secrets: readonly VaultSecret[],
  label: string,
): { plain: Uint8Array; secret: VaultSecret; vaultId?: string } {
  const envelope = parseEnvelope(data, label);
  if (secrets.length === 0) {
    throw new ToaError('E_VAULT_NO_SECRET', `Attempting to decrypt but no vault secrets found: ${label}`, {
      remedy: 'give --vault-password-file, --vault-id or --ask-vault-pass',
    });
  }
  const { vaultId } = envelope;
  const ordered = secrets.toSorted((a, b) => Number(b.id === vaultId) - Number(a.id === vaultId));
  for (const secret of ordered) {
    const plain = open(envelope, secret.password);
    if (plain) return { plain, secret, ...(vaultId ? { vaultId } : {}) };
  }
  const tried = [...new Set(secrets.map(({ id }) => id))].join(', ');
  throw new ToaError(
    'E_VAULT_SECRET',
    `Decryption failed (no vault secrets were found that could decrypt) on ${label}`,
    {
      remedy: `check the vault password${vaultId ? ` for vault id ${vaultId}` : ''}; tried: ${tried}`,
    },
  );
}

/** A reader with several secrets. What was decrypted once is kept: each derivation of keys costs milliseconds. */
export function createVault(secrets: readonly VaultSecret[]): VaultReader {
  const known = new Map<string, Uint8Array>();
  return {
    isVault: isVaultData,
    decrypt: (data, label) => {
      const text = typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
      const plain = known.get(text) ?? decryptVault(text, secrets, label).plain;
      known.set(text, plain);
      return plain;
    },
  };
}

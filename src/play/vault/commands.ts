import { decryptVault, encryptVault, type VaultSecret } from './index.ts';

/**
 * A YAML line with an inline vault value, as `ansible-vault encrypt_string` prints it.
 * @param name key to write; none: only the value
 */
export function encryptString(plain: string, secret: VaultSecret, name?: string, vaultId?: string): string {
  const text = encryptVault(plain, secret, vaultId === undefined ? {} : { vaultId });
  const lines = text.trimEnd().split('\n');
  const indented = lines.map((line) => `          ${line}`).join('\n');
  return `${name === undefined ? '' : `${name}: `}!vault |\n${indented}\n`;
}

/**
 * Encrypts a vault text anew with another secret.
 * @param vaultId label of the result; default: that of the new secret
 * @throws ToaError E_VAULT_*
 */
export function rekey(
  data: Uint8Array | string,
  old: readonly VaultSecret[],
  next: VaultSecret,
  label: string,
  vaultId?: string,
): string {
  return encryptVault(decryptVault(data, old, label).plain, next, vaultId === undefined ? {} : { vaultId });
}

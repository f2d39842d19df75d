import { ToaError } from '../../base/errors.ts';
import type { Settings } from '../../play/config/index.ts';
import type { Sources } from '../../play/sources.ts';
import { loadVaultSecrets, type VaultSecret } from '../../play/vault/index.ts';
import { vaultUsage, type VaultFlags } from './options.ts';

/** What a vault action needs of this machine. */
export interface VaultWorld {
  readonly cwd: string;
  readonly settings: Settings;
  readonly sources: Sources;
}

interface Wanted {
  readonly vaultIds: readonly string[];
  readonly passwordFiles: readonly string[];
  readonly ask: boolean;
  readonly isNew: boolean;
}

/** Asks on the terminal when nothing else gives a password. */
async function load(world: VaultWorld, { vaultIds, passwordFiles, ask, isNew }: Wanted): Promise<VaultSecret[]> {
  const nothing = vaultIds.length === 0 && passwordFiles.length === 0;
  const askPassword = ask || nothing;
  return loadVaultSecrets(world.sources, { vaultIds, passwordFiles, askPassword, folder: world.cwd, isNew });
}

/** The secrets that flags and configuration give. */
export async function givenSecrets(world: VaultWorld, flags: VaultFlags, isNew: boolean): Promise<VaultSecret[]> {
  const { settings } = world;
  const files = [...flags.vaultPasswordFile, ...flags.vaultPassFile];
  const configured = files.length === 0 && settings.vaultPasswordFile ? [settings.vaultPasswordFile] : [];
  return load(world, {
    vaultIds: [...settings.vaultIdentityList, ...flags.vaultId],
    passwordFiles: [...configured, ...files],
    ask: flags.askVaultPass === true || flags.askVaultPassword === true,
    isNew,
  });
}

/** The secret to encrypt with: the only one, or that of the id. */
export function encryptingSecret(secrets: readonly VaultSecret[], id: string | undefined): VaultSecret {
  const ids = secrets.map((secret) => secret.id).join(',');
  if (id === undefined) {
    if (secrets.length === 1) return secrets[0];
    throw vaultUsage(
      `The vault-ids ${ids} are available to encrypt. Specify the vault-id to encrypt with --encrypt-vault-id`,
    );
  }
  const found = secrets.find((secret) => secret.id === id);
  if (found) return found;
  throw new ToaError(
    'E_VAULT_NO_SECRET',
    `Did not find a match for --encrypt-vault-id=${id} in the known vault-ids ${ids}`,
    { remedy: `give --vault-id ${id}@FILE` },
  );
}

/** The new secret of `rekey`. */
export async function newSecret(world: VaultWorld, flags: VaultFlags): Promise<VaultSecret> {
  const id = flags.encryptVaultId ?? world.settings.vaultEncryptIdentity;
  const secrets = await load(world, {
    vaultIds: [...(id ? world.settings.vaultIdentityList : []), ...(flags.newVaultId ? [flags.newVaultId] : [])],
    passwordFiles: flags.newVaultPasswordFile ? [flags.newVaultPasswordFile] : [],
    ask: false,
    isNew: true,
  });
  return id ? encryptingSecret(secrets, id) : secrets[0];
}

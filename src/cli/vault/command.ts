import { ToaError } from '../../base/errors.ts';
import { loadConfig } from '../../play/config/index.ts';
import { decryptVault, encryptVault, isVaultData, type VaultSecret } from '../../play/vault/index.ts';
import { splitWords } from '../../base/shell-words.ts';
import { warner } from '../failures.ts';
import { writeError, writeOutput } from '../output.ts';
import { onTerminal } from '../world/local-command.ts';
import { replaceFile } from '../world/replace-file.ts';
import { systemSources } from '../world/sources.ts';
import { editText } from './editor.ts';
import { isThere, readInput } from './files.ts';
import { vaultFlags, vaultUsage, type VaultFlags } from './options.ts';
import { encryptingSecret, givenSecrets, newSecret, type VaultWorld } from './secrets.ts';
import { encryptStrings } from './strings.ts';

interface Job {
  readonly world: VaultWorld;
  readonly flags: VaultFlags;
  readonly files: string[];
}

function say(words: string): void {
  if (process.stdout.isTTY) writeError(`${words}\n`);
}

function needVault(data: Uint8Array, path: string): void {
  if (isVaultData(data)) return;
  throw new ToaError('E_VAULT_PLAIN', `input is not vault encrypted data: ${path}`, {
    remedy: 'only files that start with $ANSIBLE_VAULT are encrypted',
  });
}

function unlock(path: string, secrets: readonly VaultSecret[]): { plain: Uint8Array; secret: VaultSecret } {
  const data = readInput(path);
  needVault(data, path);
  return decryptVault(data, secrets, path);
}

async function encrypting({ world, flags }: Job): Promise<VaultSecret> {
  const secrets = await givenSecrets(world, flags, true);
  return encryptingSecret(secrets, flags.encryptVaultId ?? world.settings.vaultEncryptIdentity);
}

async function create(job: Job): Promise<void> {
  const [path] = job.files;
  if (job.files.length !== 1) throw vaultUsage('toa-play vault create can take only one filename argument');
  if (isThere(path)) {
    throw new ToaError('E_VAULT_EXISTS', `${path} exists, please use 'edit' instead`, {
      remedy: `toa-play vault edit ${path}`,
    });
  }
  const secret = await encrypting(job);
  replaceFile(path, Buffer.from(encryptVault(await editText(path, Buffer.alloc(0)), secret)));
}

async function edit({ world, flags, files }: Job): Promise<void> {
  const secrets = await givenSecrets(world, flags, false);
  for (const path of files) {
    const { plain, secret } = unlock(path, secrets);
    const text = await editText(path, plain);
    const next = flags.encryptVaultId ? encryptingSecret(secrets, flags.encryptVaultId) : secret;
    if (next !== secret || !text.equals(plain)) replaceFile(path, Buffer.from(encryptVault(text, next)));
  }
}

/** Shows a text with $PAGER on a terminal, else writes it out. */
async function page(text: Uint8Array): Promise<void> {
  if (process.stdout.isTTY) {
    const [pager, ...args] = splitWords(process.env['PAGER'] || 'less', { asShell: true });
    if ((await onTerminal(pager, args, { input: text, env: { LESS: 'FRSX' } })) !== undefined) return;
  }
  const ends = text.at(-1) === 0x0a;
  replaceFile('-', ends ? text : Buffer.concat([text, Buffer.from('\n')]));
}

async function view({ world, flags, files }: Job): Promise<void> {
  const secrets = await givenSecrets(world, flags, false);
  for (const path of files) await page(unlock(path, secrets).plain);
}

async function encrypt(job: Job): Promise<void> {
  const secret = await encrypting(job);
  for (const path of job.files.length > 0 ? job.files : ['-']) {
    const data = readInput(path);
    if (isVaultData(data)) {
      throw new ToaError('E_VAULT_TWICE', `input is already encrypted: ${path}`, {
        remedy: 'rekey changes its password, decrypt takes the encryption away',
      });
    }
    replaceFile(job.flags.output ?? path, Buffer.from(encryptVault(data, secret)));
  }
  say('Encryption successful');
}

async function decrypt({ world, flags, files }: Job): Promise<void> {
  const secrets = await givenSecrets(world, flags, false);
  for (const path of files.length > 0 ? files : ['-']) {
    const { plain } = unlock(path, secrets);
    replaceFile(flags.output ?? path, plain);
  }
  say('Decryption successful');
}

async function rekey({ world, flags, files }: Job): Promise<void> {
  const secrets = await givenSecrets(world, flags, false);
  const next = await newSecret(world, flags);
  // All are opened before the first is written: one with another password must not leave half of them changed.
  const plains = files.map((path) => [path, unlock(path, secrets).plain] as const);
  for (const [path, plain] of plains) replaceFile(path, Buffer.from(encryptVault(plain, next)));
  say('Rekey successful');
}

async function encryptString(job: Job): Promise<void> {
  const { prompt, stdinName } = job.flags;
  if (prompt && (job.files.includes('-') || stdinName !== undefined)) {
    throw vaultUsage('The --prompt option is not supported if also reading input from stdin');
  }
  await encryptStrings(job.world, job.flags, job.files, await encrypting(job));
  say('Encryption successful');
}

const ACTIONS: Readonly<Record<string, (job: Job) => Promise<void>>> = {
  create,
  edit,
  view,
  encrypt,
  decrypt,
  rekey,
  encrypt_string: encryptString,
};

const HELP = `Usage: toa-play vault ACTION [options] [files...]
Actions: ${Object.keys(ACTIONS).join(', ')}
toa-play vault ACTION --help shows its options. Files are those of ansible-vault.
`;

/** `toa-play vault`: what ansible-vault does. Returns the exit status; throws ToaError. */
export async function vaultCommand(args: string[]): Promise<number> {
  const [action = '--help', ...rest] = args;
  if (action === '--help' || action === '-h') {
    writeOutput(HELP);
    return 0;
  }
  if (!Object.hasOwn(ACTIONS, action)) throw vaultUsage(`there is no vault action ${action}`);
  const { flags, files } = vaultFlags(action, rest);
  const cwd = process.cwd();
  const sources = systemSources(warner());
  const settings = loadConfig(sources, cwd).values;
  const needsFiles = ['edit', 'view', 'rekey'].includes(action);
  if (needsFiles && files.length === 0) throw vaultUsage(`name the files to ${action}`);
  await ACTIONS[action]({ world: { cwd, settings, sources }, flags, files });
  return 0;
}

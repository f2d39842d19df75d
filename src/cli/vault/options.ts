import { Command } from 'commander';
import { ToaError } from '../../base/errors.ts';
import { ours, parse } from '../parse.ts';

export interface VaultFlags {
  readonly vaultId: string[];
  readonly vaultPasswordFile: string[];
  readonly vaultPassFile: string[];
  readonly askVaultPass?: boolean;
  readonly askVaultPassword?: boolean;
  readonly encryptVaultId?: string;
  readonly output?: string;
  readonly newVaultId?: string;
  readonly newVaultPasswordFile?: string;
  readonly prompt?: boolean;
  readonly showInput?: boolean;
  readonly name: string[];
  readonly stdinName?: string;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

export function vaultUsage(message: string): ToaError {
  return new ToaError('E_USAGE', message, { remedy: 'toa-play vault --help' });
}

function build(action: string): Command {
  const command = ours(new Command(`toa-play vault ${action}`))
    .usage('[options] [files...]')
    .argument('[files...]')
    .option('--vault-id <id>', 'label@file, label@script or label@prompt; may repeat', collect, [])
    .option('--vault-password-file <file>', 'file or script with the password; may repeat', collect, [])
    .option('--vault-pass-file <file>', 'the same', collect, [])
    .option('-J, --ask-vault-pass', 'ask for the password')
    .option('--ask-vault-password', 'the same')
    .option('-v, --verbose', 'accepted, without effect');
  if (['encrypt', 'decrypt', 'encrypt_string'].includes(action)) {
    command.option('--output <file>', 'write there; - is standard output');
  }
  if (action !== 'decrypt' && action !== 'view') {
    command.option('--encrypt-vault-id <id>', 'which of several vault ids encrypts');
  }
  if (action === 'rekey') {
    command
      .option('--new-vault-id <id>', 'label@source of the new password')
      .option('--new-vault-password-file <file>', 'file or script with the new password');
  }
  if (action === 'encrypt_string') {
    command
      .option('-p, --prompt', 'ask for the string')
      .option('--show-input', 'show the string while it is typed')
      .option('-n, --name <name>', 'variable name for the next string; may repeat', collect, [])
      .option('--stdin-name <name>', 'variable name for the string from standard input');
  }
  return command;
}

/** Reads the flags of a vault action. Throws ToaError E_USAGE. */
export function vaultFlags(action: string, args: readonly string[]): { flags: VaultFlags; files: string[] } {
  const command = build(action);
  parse(command, args);
  const flags: VaultFlags = command.opts();
  const files = command.args;
  const bad = flags.vaultId.find((id) => id.includes(';'));
  if (bad !== undefined) {
    throw vaultUsage(`'${bad}' is not a valid vault id. The character ';' is not allowed in vault ids`);
  }
  if (flags.output !== undefined && files.length > 1) {
    throw vaultUsage('At most one input file may be used with the --output option');
  }
  if (flags.newVaultId !== undefined && flags.newVaultPasswordFile !== undefined) {
    throw vaultUsage('--new-vault-id and --new-vault-password-file exclude each other');
  }
  return { flags, files };
}

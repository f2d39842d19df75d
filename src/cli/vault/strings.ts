import { encryptString, type VaultSecret } from '../../play/vault/index.ts';
import { writeError } from '../output.ts';
import { replaceFile } from '../world/replace-file.ts';
import { readInput } from './files.ts';
import { vaultUsage, type VaultFlags } from './options.ts';
import type { VaultWorld } from './secrets.ts';

interface Plain {
  readonly text: string;
  readonly name?: string;
  readonly from: string;
}

function needText(text: string | undefined, where: string): string {
  if (text) return text;
  throw vaultUsage(`${where} was empty, not encrypting`);
}

async function asked(world: VaultWorld, flags: VaultFlags): Promise<Plain> {
  const { prompt } = world.sources;
  const name = await prompt('Variable name (enter for no name): ', { secret: false, confirm: false });
  const text = await prompt('String to encrypt: ', { secret: flags.showInput !== true, confirm: false });
  return {
    text: needText(text, 'The plaintext provided from the prompt'),
    name: name || undefined,
    from: 'the interactive prompt',
  };
}

function fromArguments(args: readonly string[], names: readonly string[]): Plain[] {
  if (names.length > 0 && args.length > names.length) {
    writeError(
      `The number of --name options do not match the number of args.\nThe last named variable will be "${names.at(-1)}". The rest will not have names.\n`,
    );
  }
  return args.map((text, index) => ({
    text: needText(text, 'The plaintext provided from the command line args'),
    name: names[index],
    from: 'the command line args',
  }));
}

function heading({ name, from }: Plain, index: number): string {
  if (name) return `# The encrypted version of variable ("${name}", the string #${index + 1} from ${from}).\n`;
  return `# The encrypted version of the string #${index + 1} from ${from}.)\n`;
}

/** `encrypt_string`: strings from the terminal, standard input and the command line, as YAML to paste. */
export async function encryptStrings(
  world: VaultWorld,
  flags: VaultFlags,
  words: readonly string[],
  secret: VaultSecret,
): Promise<void> {
  const readsStdin = words.includes('-') || flags.stdinName !== undefined || words.length === 0;
  const plains: Plain[] = [];
  if (flags.prompt) plains.push(await asked(world, flags));
  else if (readsStdin) {
    plains.push({ text: needText(readInput('-').toString(), 'stdin'), name: flags.stdinName, from: 'stdin' });
  }
  const args = words.filter((word) => word !== '-');
  plains.push(...fromArguments(args, flags.name));
  const texts = plains.map((plain, index) => {
    if (plains.length > 1) writeError(heading(plain, index));
    return encryptString(plain.text, secret, plain.name);
  });
  replaceFile(flags.output ?? '-', Buffer.from(texts.join('')));
}

import { Command, CommanderError } from 'commander';
import { nextTurn } from '../base/turns.ts';
import { exitCodeOf, sayError } from './failures.ts';
import { addRunFlags, runFlags } from './options.ts';
import { flushOutput, writeOutput } from './output.ts';
import { parse } from './parse.ts';

const INTRO = `Runs Ansible playbooks over SSH; the hosts need only /bin/sh. Shows servers behind a
layer-4 balancer their clients' addresses: toa-play playbooks/site.yml -i hosts`;

const COMMANDS = `
Commands:
  toa-play PLAYBOOK...             run playbooks
  toa-play run HOSTS VERB [ARGS]   one verb, e.g. toa-play run web1 toa_verify
  toa-play plan                    which receiver each host would get, and why; touches nothing
  toa-play status                  which receiver each host has, whether it works and was proved; touches nothing
  toa-play explain HOST [PORT]     why a service still shows the balancer, and what to do; changes nothing
  toa-play doc [VERB]              a verb's arguments
  toa-play inventory --list        the inventory as it is understood (--graph, --host NAME)
  toa-play cache ls                the modules that builders made (prune, export FILE, import FILE)
  toa-play vault VERB FILE         create, view, edit, encrypt, decrypt, rekey, encrypt_string
  toa-play doctor PLAYBOOK...      everything in playbooks and inventory that is not supported; touches nothing
Exit status: 0 all well, 2 a host failed, 4 a host was unreachable (or the playbook is wrong), 1 other errors`;

type Run = (args: string[]) => Promise<number>;

/** Each is loaded when it is asked for: --help and doc need neither ssh2 nor the engine. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Run>>> = {
  run: async () => (await import('./one-verb.ts')).oneVerbCommand,
  plan: async () => (await import('./receiver-plan.ts')).receiverPlanCommand,
  status: async () => (await import('./status/command.ts')).statusCommand,
  explain: async () => (await import('./explain/command.ts')).explainCommand,
  inventory: async () => (await import('./inventory.ts')).inventoryCommand,
  cache: async () => (await import('./cache/command.ts')).cacheCommand,
  vault: async () => (await import('./vault/command.ts')).vaultCommand,
  doctor: async () => (await import('./doctor/command.ts')).doctorCommand,
  doc: async () => {
    const { docText } = await import('./doc.ts');
    return async (args) => {
      writeOutput(docText(args));
      return 0;
    };
  },
};

function playbookProgram(): Command {
  const program = new Command('toa-play')
    .usage('[options] PLAYBOOK...')
    .description(INTRO)
    .argument('[playbooks...]')
    .helpOption('-h, --help', 'this page')
    .addHelpText('after', COMMANDS)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureHelp({ helpWidth: 100 })
    .configureOutput({ writeErr: () => {} });
  return addRunFlags(program);
}

async function runPlaybooks(args: readonly string[]): Promise<number> {
  const program = playbookProgram();
  parse(program, args);
  // reading the program, making its parts and reading the playbook are 30 ms of CPU each
  await nextTurn();
  const { playbookCommand } = await import('./playbook.ts');
  await nextTurn();
  return playbookCommand(program.args, runFlags(program.opts()));
}

/** The program: arguments to exit status. Whatever goes wrong is said on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const subcommand = args.length > 0 ? SUBCOMMANDS[args[0]] : undefined;
    if (subcommand) return await (await subcommand())(args.slice(1));
    return await runPlaybooks(args);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    sayError(error);
    return exitCodeOf(error);
  } finally {
    flushOutput();
  }
}

import { Command, CommanderError } from 'commander';
import { nextTurn } from '../base/turns.ts';
import { SUBCOMMANDS } from './commands.ts';
import { exitCodeOf, sayError } from './failures.ts';
import { addRunFlags, runFlags } from './options.ts';
import { flushOutput } from './output.ts';
import { ours, parse } from './parse.ts';

export const INTRO = `Runs Ansible playbooks over SSH; the hosts need only /bin/sh. Shows servers behind a
layer-4 balancer their clients' addresses: toa-play playbooks/site.yml -i hosts`;

export const STATUS =
  'Exit status: 0 all well, 2 a host failed, 4 a host was unreachable (or the playbook is wrong), 1 other errors';

function commandList(): string {
  const rows = [{ usage: 'PLAYBOOK...', summary: 'run playbooks' }, ...Object.values(SUBCOMMANDS)];
  const lines = rows.map(({ usage, summary }) => `  toa-play ${usage.padEnd(22)}  ${summary}`);
  return ['', 'Commands (toa-play help COMMAND: its own page):', ...lines, STATUS].join('\n');
}

/** `toa-play` itself, which runs playbooks. */
export function playbookProgram(): Command {
  const program = ours(new Command('toa-play'))
    .usage('[options] PLAYBOOK...')
    .description(INTRO)
    .argument('[playbooks...]')
    .helpOption('-h, --help', 'this page')
    .addHelpText('after', commandList());
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

/**
 * The program without what it says of errors: arguments to exit status.
 * @throws ToaError, or CommanderError with exit code 0 when a help page was shown
 */
export async function runMain(args: readonly string[]): Promise<number> {
  const subcommand = args.length > 0 && Object.hasOwn(SUBCOMMANDS, args[0]) ? SUBCOMMANDS[args[0]] : undefined;
  if (subcommand) return (await subcommand.load())(args.slice(1));
  return runPlaybooks(args);
}

/** The program: arguments to exit status. Whatever goes wrong is said on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await runMain(args);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    sayError(error);
    return exitCodeOf(error);
  } finally {
    flushOutput();
  }
}

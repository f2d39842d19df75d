import { type Command, CommanderError } from 'commander';
import { ToaError } from '../base/errors.ts';
import { FOR_EVER } from './options.ts';
import { writeOutput } from './output.ts';

/** A number has to be part of the word (`--wait=60`): what follows the bare option is a playbook. */
const WAIT = '--wait';
const HELP_COLUMNS = 100;

/** What all our commands have in common: errors are thrown and said by `main`, help pages have one width. */
export function ours(command: Command): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ helpWidth: HELP_COLUMNS })
    .configureOutput({ writeErr: () => {}, writeOut: writeOutput });
}

/** Parses with commander; its complaints become ours (exit status 2, as argparse's). */
export function parse(program: Command, args: readonly string[]): void {
  const words = args.map((word) => (word === WAIT ? `${WAIT}=${FOR_EVER}` : word));
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode === 0) throw error;
    const message = error.message.replace(/^error: /, '');
    throw new ToaError('E_USAGE', message, { remedy: `${program.name()} --help lists the options` });
  }
}

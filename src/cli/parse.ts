import { type Command, CommanderError } from 'commander';
import { ToaError } from '../base/errors.ts';
import { FOR_EVER } from './options.ts';

/** A number has to be part of the word (`--wait=60`): what follows the bare option is a playbook. */
const WAIT = '--wait';

/** Parses with commander; its complaints become ours (exit status 2, as argparse's). */
export function parse(program: Command, args: readonly string[]): void {
  const words = args.map((word) => (word === WAIT ? `${WAIT}=${FOR_EVER}` : word));
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode === 0) throw error;
    const message = error.message.replace(/^error: /, '');
    throw new ToaError('E_USAGE', message, { remedy: 'toa-play --help lists the options' });
  }
}

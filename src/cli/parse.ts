import { type Command, CommanderError } from 'commander';
import { ToaError } from '../base/errors.ts';

/** Parses with commander; its complaints become ours (exit status 2, as argparse's). */
export function parse(program: Command, args: readonly string[]): void {
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode === 0) throw error;
    const message = error.message.replace(/^error: /, '');
    throw new ToaError('E_USAGE', message, { remedy: 'toa-play --help lists the options' });
  }
}

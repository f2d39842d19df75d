import { ToaError } from '../../base/errors.ts';
import { loginShellQuote, shellQuote } from '../../base/quote.ts';
import type { Channel, Connection, ExecOptions } from '../../transport/contract.ts';
import type { Become } from '../contract.ts';
import type { Target } from '../../transport/target.ts';
import { becomeCommand, becomeDialogue, needsTerminal, newTokens } from './become.ts';

/** A process as the login user or as another; `pty` tells that it got a terminal. */
export interface StartedProcess {
  readonly channel: Channel;
  readonly pty: boolean;
}

/**
 * Starts `script` by a POSIX shell on the host, as the user to become when one is given.
 * @param isPatient waits for a channel where the server allows no more of them (default)
 * @throws ToaError E_BECOME_*, E_CONNECTION_LOST, E_CHANNEL
 */
export async function startProcess(
  connection: Connection,
  target: Target,
  become: Become | undefined,
  script: string,
  isPatient = true,
): Promise<StartedProcess> {
  if (!become) {
    return { channel: await connection.exec(loginCommand(target, script), { isPatient }), pty: false };
  }
  const pty = needsTerminal(become);
  try {
    return await startAs(connection, target, become, script, { pty, isPatient });
  } catch (error) {
    if (pty || !(error instanceof ToaError) || error.code !== 'E_BECOME_TTY') throw error;
    return startAs(connection, target, become, script, { pty: true, isPatient });
  }
}

async function startAs(
  connection: Connection,
  target: Target,
  become: Become,
  script: string,
  options: ExecOptions & { readonly pty: boolean },
): Promise<StartedProcess> {
  const { pty } = options;
  if (pty && target.transport === 'local') {
    throw new ToaError('E_BECOME_TTY', `${target.name}: ${become.method} with a password wants a terminal`, {
      remedy: 'over the local connection use become_method: sudo, or run toa-play as that user',
    });
  }
  const tokens = newTokens();
  const command = becomeCommand(become, script, tokens, pty);
  const channel = await connection.exec(`exec /bin/sh -c ${loginShellQuote(command)}`, options);
  await becomeDialogue(channel, become, tokens, target.name);
  return { channel, pty };
}

/** `exec` works in every login shell (csh and fish too) and saves a process. The script must be read alike by them. */
function loginCommand(target: Target, script: string): string {
  const shell = shellQuote(target.shellExecutable ?? '/bin/sh');
  return script === '' ? `exec ${shell}` : `exec ${shell} -c ${loginShellQuote(script)}`;
}

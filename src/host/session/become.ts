import { randomBytes } from 'node:crypto';
import { ToaError } from '../../base/errors.ts';
import { loginShellQuote, shellQuote } from '../../base/quote.ts';
import type { Channel } from '../../transport/contract.ts';
import type { Become } from '../contract.ts';
import { channelRefused } from '../../transport/ssh-errors.ts';
import { becomeError } from './become-errors.ts';

const SUDO_LIKE = new Set(['sudo', 'dzdo']);
const METHODS = ['sudo', 'su', 'doas', 'dzdo'];
/** How long a become program may take to ask or to let us in: PAM delays a wrong password by some seconds. */
const DIALOGUE_MS = 30_000;
/** Characters of a prompt that are looked at. */
const PROMPT_END = 256;

/** The words that a become dialogue is recognised by. */
export interface BecomeTokens {
  readonly prompt: string;
  readonly success: string;
}

export function newTokens(): BecomeTokens {
  const id = randomBytes(12).toString('hex');
  return { prompt: `[toa-play ${id}] password: `, success: `toa-in-${id}` };
}

/** @throws ToaError E_BECOME_METHOD */
export function checkBecomeMethod(method: string): void {
  if (METHODS.includes(method)) return;
  throw new ToaError('E_BECOME_METHOD', `become_method ${JSON.stringify(method)} is not supported`, {
    remedy: `use one of ${METHODS.join(', ')}`,
  });
}

/** Whether the method reads its password from a terminal only. */
export function needsTerminal(become: Become): boolean {
  return !SUDO_LIKE.has(become.method) && become.password !== undefined;
}

/**
 * The command that runs `script` by /bin/sh as the other user, after printing the success token. With a terminal, the
 * terminal is made transparent to bytes first.
 */
export function becomeCommand(become: Become, script: string, tokens: BecomeTokens, pty: boolean): string {
  checkBecomeMethod(become.method);
  const raw = pty ? `${PTY_PREPARE}\n` : '';
  // su hands it to the login shell of the other user
  const inner = `/bin/sh -c ${loginShellQuote(`${raw}echo ${tokens.success}\n${script}`)}`;
  const user = shellQuote(become.user);
  const exe = become.exe ?? become.method;
  if (become.method === 'su') return `LC_ALL=C ${exe} ${become.flags ?? ''} ${user} -c ${shellQuote(inner)}`;
  if (become.method === 'doas') {
    return `${exe} ${become.password === undefined ? '-n' : ''} ${become.flags ?? ''} -u ${user} ${inner}`;
  }
  const flags = (become.flags ?? '-H -S -n').split(/\s+/).filter((word) => word !== '-n' && word !== '-S');
  const how = become.password === undefined ? '-n' : `-S -p ${shellQuote(tokens.prompt)}`;
  return `LC_ALL=C ${exe} ${flags.map(shellQuote).join(' ')} ${how} -u ${user} ${inner}`;
}

const PTY_PREPARE = 'stty raw -echo -opost 2>/dev/null';

/**
 * Starts the shell in the place of the script's. With a terminal its stderr goes into a folder of its own, named in
 * $toa_err: the streams would mix, and a shell whose stderr is a terminal would print prompts.
 */
export function shellStart(shellExecutable: string): string {
  return `if [ -t 0 ]; then
for toa_err in /var/tmp /tmp /dev/shm "$HOME"; do
  toa_err=$toa_err/.toa-play.pty$$
  (umask 077 && mkdir "$toa_err") 2>/dev/null && break
done
export toa_err
exec 2>"$toa_err/shell"
fi
exec ${shellQuote(shellExecutable)}`;
}

/** Removes the folder of `shellStart`; the shell itself has no stderr after that. */
export const PTY_CLEAN = 'rm -rf "$toa_err"';

/** The shell word for stderr's file under a terminal (see shellStart). */
export const PTY_ERROR_FILE = '"$toa_err/stderr"';

/**
 * Waits until the become program let us in; answers its prompt when it asks. The password goes out only after the
 * prompt was seen, so it never lands in the shell's stdin when none is wanted (NOPASSWD). Leaves the streams paused.
 * @throws ToaError E_BECOME_* ; E_BECOME_TTY when it wants a terminal
 */
export function becomeDialogue(channel: Channel, become: Become, tokens: BecomeTokens, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    let answered = false;
    const finish = (error?: ToaError) => {
      clearTimeout(timer);
      channel.stdout.pause().removeListener('data', onData);
      channel.stderr.pause().removeListener('data', onData);
      if (!error) return resolve();
      channel.end();
      reject(error);
    };
    const fail = (code?: number) => finish(becomeError(become, host, seen.replaceAll(tokens.prompt, ''), code));
    const timer = setTimeout(fail, DIALOGUE_MS);
    const onData = (chunk: Buffer) => {
      const said = seen + chunk.toString('latin1');
      seen = said.slice(-16_384);
      const at = said.indexOf(tokens.success);
      if (at >= 0) {
        finish();
        // what the script has already said belongs to whoever reads on, however much came with the token
        const rest = said.slice(at + tokens.success.length).replace(/^\r?\n/, '');
        if (rest !== '') channel.stdout.unshift(Buffer.from(rest, 'latin1'));
        return;
      }
      if (!asks(become, seen, tokens)) return;
      if (answered || become.password === undefined) return fail();
      answered = true;
      seen = '';
      channel.stdin.write(`${become.password}\n`);
    };
    channel.stdout.on('data', onData);
    channel.stderr.on('data', onData);
    void channel.exited.then((exit) => (exit.refused ? finish(channelRefused(host)) : fail(exit.code)));
  });
}

function asks(become: Become, seen: string, tokens: BecomeTokens): boolean {
  if (SUDO_LIKE.has(become.method)) return seen.includes(tokens.prompt);
  // of its last words: a pattern looks from each `password` of a line to its end
  return /password[^\n]*: ?$/i.test(seen.slice(-PROMPT_END));
}

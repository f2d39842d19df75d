import { describe, expect, it } from 'vitest';
import { loginShellQuote, shellQuote } from '../../src/base/quote.ts';
import { becomeCommand } from '../../src/host/session/become.ts';
import { scriptText } from '../../src/host/session/scripts.ts';
import { BOOTSTRAP } from '../../src/host/session/scripts.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

/** Login shells by the command line that sshd (and su) starts them with. */
const LOGIN_SHELLS = ['dash', 'bash', 'busybox sh', 'zsh', 'tcsh', 'bsd-csh', 'fish'];

function asLogin(shell: string, command: string, input: string | Buffer = ''): string {
  const [program, ...args] = shell.split(' ');
  return runProgram(program, [...args, '-c', command], { input });
}

describe.each(LOGIN_SHELLS)('a login shell [%s]', (shell) => {
  it.each([
    'one\ntwo',
    "it's",
    'wow!! !x !$',
    'a\\\\b \\n \\\' \\" \\',
    '$HOME `id` "x" %s %d *',
    'Grüße 日本 🎉',
    "'\\''\n!",
    '-n \t~ # {a,b} [x]',
  ])('passes a script on as it is: %j', (text) => {
    expect(asLogin(shell, `exec /bin/sh -c ${loginShellQuote(`printf %s ${shellQuote(text)}`)}`)).toBe(text);
  });

  it('passes on the whole bootstrap, and its own stdin', () => {
    const script = `${scriptText(BOOTSTRAP)}\ntoa_end_children $$ 1; echo ended; cat`;
    expect(asLogin(shell, `exec /bin/sh -c ${loginShellQuote(script)}`, 'data!\n')).toBe('ended\ndata!\n');
  });

  it('passes on what su asks it for, inside of what another login shell was asked for', () => {
    // su itself needs an account: here the shell is started by hand as su starts it
    const tokens = { prompt: 'p', success: 'toa-in-1' };
    const become = { user: 'other', method: 'su', exe: 'su' };
    const command = becomeCommand(become, "printf '%s\\n' 'it is!'\ncat", tokens, false);
    const inner = `su() { ${shell} -c "$3"; }\n${command.replace('LC_ALL=C ', '')}`;
    expect(asLogin(shell, `exec /bin/sh -c ${loginShellQuote(inner)}`, 'in')).toBe('toa-in-1\nit is!\nin');
  });
});

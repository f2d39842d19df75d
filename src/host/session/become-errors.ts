import { type ErrorCode, ToaError } from '../../base/errors.ts';
import type { Become } from '../contract.ts';

interface Known {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
  readonly message: (become: Become) => string;
  readonly remedy: string;
}

/** What sudo, su and doas say (in LC_ALL=C), most specific first. */
const KNOWN: readonly Known[] = [
  {
    code: 'E_BECOME_TTY',
    pattern: /must have a tty|must be run from a terminal|standard in must be a tty|a tty is required/i,
    message: (b) => `${b.method} wants a terminal`,
    remedy: 'remove requiretty from sudoers for this user, or use become_method: sudo',
  },
  {
    code: 'E_BECOME_WRONG_PASSWORD',
    pattern:
      /sorry, try again|incorrect password|authentication fail|authentication token|password is incorrect|Sorry$/i,
    message: (b) => `${b.method} refuses the password`,
    remedy:
      'check ansible_become_password (or -K): it is the password of the login user for sudo, of the target user for su',
  },
  {
    code: 'E_BECOME_PASSWORD_NEEDED',
    pattern: /a password is required|authentication required|a terminal is required|no tty present|Password: ?$/i,
    message: (b) => `${b.method} to ${b.user} needs a password and none is given`,
    remedy: 'give one with -K or ansible_become_password, or allow NOPASSWD in sudoers',
  },
  {
    code: 'E_BECOME_USER_UNKNOWN',
    pattern: /unknown user|does not exist|no passwd entry/i,
    message: (b) => `there is no user ${b.user} to become`,
    remedy: 'check become_user',
  },
  {
    code: 'E_BECOME_NOT_ALLOWED',
    pattern: /not in the sudoers|not allowed to|may not run|not permitted|permission denied/i,
    message: (b) => `the login user may not become ${b.user} by ${b.method}`,
    remedy: 'allow it in /etc/sudoers (visudo), or log in as another user',
  },
  {
    code: 'E_BECOME_MISSING',
    pattern: /not found|no such file/i,
    message: (b) => `${b.exe ?? b.method} is not installed on the host`,
    remedy: 'install it, choose another become_method (su, doas), or log in as that user',
  },
  {
    code: 'E_BECOME_NO_LOGIN',
    pattern: /account is currently not available|account has expired|password has expired/i,
    message: (b) => `the account ${b.user} cannot log in`,
    remedy: 'for su, give a shell in become_flags (-s /bin/sh), or use sudo',
  },
];

/** The error for a become program that did not let us in, from what it said. */
export function becomeError(become: Become, host: string, said: string, code: number | undefined): ToaError {
  const text = said.trim();
  const wrongBeforeNeeded = become.password !== undefined && /try again|incorrect/i.test(text);
  const known = wrongBeforeNeeded
    ? KNOWN.find((entry) => entry.code === 'E_BECOME_WRONG_PASSWORD')
    : KNOWN.find((entry) => entry.pattern.test(text));
  const words = text ? `: ${text.split(/\r?\n/).slice(-3).join(' / ')}` : '';
  if (known) return new ToaError(known.code, `${host}: ${known.message(become)}${words}`, { remedy: known.remedy });
  const how = code === undefined ? 'gave no answer in 30 seconds' : `ended with exit status ${code}`;
  return new ToaError('E_BECOME', `${host}: ${become.method} to ${become.user} ${how}${words}`, {
    remedy: `run \`${become.method}\` by hand on the host to see what it says`,
  });
}

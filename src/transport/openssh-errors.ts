import { type ErrorCode, ToaError } from '../base/errors.ts';
import type { Target } from './target.ts';

const KNOWN: readonly { code: ErrorCode; pattern: RegExp; remedy: string }[] = [
  {
    code: 'E_HOST_KEY_CHANGED',
    pattern: /IDENTIFICATION HAS CHANGED|host key for .* has changed/i,
    remedy: 'if the host was installed anew, remove the line that ssh names; else someone may be listening in',
  },
  {
    code: 'E_HOST_KEY_REVOKED',
    pattern: /REVOKED HOST KEY|marked as revoked/i,
    remedy: 'do not connect: someone may have that key. Give the host a new key',
  },
  {
    code: 'E_HOST_KEY_UNKNOWN',
    pattern: /host key verification failed|No .* host key is known/i,
    remedy: 'add the key to known_hosts after comparing its fingerprint, or use StrictHostKeyChecking=accept-new',
  },
  {
    code: 'E_AUTH',
    pattern: /permission denied|too many authentication failures/i,
    remedy: 'check the user (ansible_user), the key (ansible_ssh_private_key_file, ssh-add -l) or the password',
  },
  {
    code: 'E_SSH_OPTION',
    pattern: /bad configuration option|unsupported option|command-line line \d+/i,
    remedy: 'correct ansible_ssh_common_args or ssh_config',
  },
];

/** What ssh says of any connection that ended early. */
const ENDED =
  /^(?:kex_exchange_identification|ssh_exchange_identification|banner exchange|Connection closed by|Connection reset by)\b/;

/** The last two lines; before those that only tell that it ended, what a ProxyCommand or a jump host said. */
function lastWords(lines: readonly string[]): string {
  const end = lines.findLastIndex((line) => !ENDED.test(line)) + 1;
  return [...lines.slice(Math.max(0, end - 2), end), ...lines.slice(end).slice(-2)].slice(-3).join(' / ');
}

/** The error for a `ssh` that ended before the login was done, from what it said. */
export function opensshError(target: Target, said: string, code: number | undefined): ToaError {
  const text = said.trim();
  const place = /Offending (?:\S+ )?key in (\S+?):(\d+)/.exec(text);
  const known = KNOWN.find((entry) => entry.pattern.test(text));
  const last = lastWords(text.split(/\r?\n/)) || `ssh ended with status ${code}`;
  const words = place ? `${last} (${place[1]}:${place[2]})` : last;
  return new ToaError(known?.code ?? 'E_UNREACHABLE', `${target.name}: ${words}`, {
    span: place ? { file: place[1], line: Number(place[2]), column: 1 } : undefined,
    remedy: known?.remedy ?? 'try the same ssh command by hand with -v',
  });
}

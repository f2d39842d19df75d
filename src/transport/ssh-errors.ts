import { ToaError } from '../base/errors.ts';
import type { SshSettings } from './ssh-settings.ts';

interface Ssh2Error extends Error {
  readonly level?: string;
  readonly code?: string;
}

const SOCKET_REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'check that sshd runs there and listens on that port (ansible_port)',
  ENOTFOUND: 'check the name, or give the address in ansible_host',
  EAI_AGAIN: 'the name server did not answer: check DNS, or give the address in ansible_host',
  EHOSTUNREACH: 'check the network and routes to the host',
  ENETUNREACH: 'check the network and routes to the host',
  ETIMEDOUT: 'check the network, firewalls and ansible_host',
};

/** The system's codes in words; the host is that which a name server or a network was asked for. */
const SOCKET_WORDS: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: () => 'the connection is refused: nothing listens there',
  ENOTFOUND: (host) => `there is no host ${host}: no name server and no hosts file knows that name`,
  EAI_AGAIN: (host) => `the name ${host} could not be looked up: no name server answers`,
  EHOSTUNREACH: () => 'no route to the host',
  ENETUNREACH: () => 'the network cannot be reached from here',
  ETIMEDOUT: () => 'no answer',
};

/** Turns what ssh2 says while connecting into an error with a remedy. */
export function connectError(error: Ssh2Error, settings: SshSettings, tried: readonly string[]): ToaError {
  const where = `${settings.name}: ${settings.user}@${settings.host} port ${settings.port}`;
  const { message, level, code } = error;
  if (level === 'client-authentication') {
    const how = tried.length > 0 ? `tried ${[...new Set(tried)].join(', ')}` : 'there was nothing to try';
    return new ToaError('E_AUTH', `${where}: the server refuses to let us in (${how})`, {
      cause: error,
      remedy:
        'check the user (ansible_user), the key (ansible_ssh_private_key_file, ssh-add -l) or the password (-k, ansible_password)',
    });
  }
  if (level === 'client-timeout' || /timed out/i.test(message)) {
    return unreachable(
      `${where}: no answer in ${settings.connectTimeoutSeconds} seconds`,
      error,
      SOCKET_REMEDIES.ETIMEDOUT,
    );
  }
  if (/no matching/i.test(message)) {
    return unreachable(
      `${where}: ${message}`,
      error,
      'the server offers only algorithms that ssh2 or this program refuses: try ansible_connection: openssh',
    );
  }
  if (/before handshake|ECONNRESET|EPIPE/.test(`${message} ${code}`)) {
    return unreachable(
      `${where}: the server closed the connection at once`,
      error,
      'the server may be at its limit (MaxStartups in sshd_config), ban this address (fail2ban), or not speak SSH; use fewer forks or try later',
    );
  }
  const words = SOCKET_WORDS[code ?? ''];
  return unreachable(
    `${where}: ${words ? words(settings.host) : message}`,
    error,
    SOCKET_REMEDIES[code ?? ''] ?? 'try `ssh -v` to the same host',
  );
}

function unreachable(message: string, cause: unknown, remedy: string): ToaError {
  return new ToaError('E_UNREACHABLE', message, { cause, remedy });
}

/** Whether trying again soon may help: the server dropped us before it spoke (MaxStartups). */
export function isDropped(error: unknown): boolean {
  const cause = error instanceof ToaError ? (error.details.cause as Ssh2Error | undefined) : undefined;
  return cause !== undefined && /before handshake|ECONNRESET|EPIPE/.test(`${cause.message} ${cause.code}`);
}

export function connectionLost(name: string, why: string): ToaError {
  return new ToaError('E_CONNECTION_LOST', `${name}: the connection was cut off (${why})`, {
    remedy: 'what was running may or may not have finished: look at the host, then run the playbook again',
  });
}

/** The server allows no more channels on a connection. */
export function channelRefused(name: string, cause?: Error): ToaError {
  const why = cause ? `: ${cause.message}` : '';
  return new ToaError('E_CHANNEL', `${name}: the server refuses another channel${why}`, {
    cause,
    remedy: 'raise MaxSessions in its sshd_config (OpenSSH allows 10 by default)',
  });
}

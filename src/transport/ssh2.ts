// node-ssh is a thin promise layer over ssh2 that hides host keys, algorithms and channels: ssh2 is used directly.
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { Algorithms, AnyAuthMethod, Client, ClientChannel, ConnectConfig } from 'ssh2';
import { ToaError } from '../base/errors.ts';
import type { Channel, ChannelExit, Connection, ExecOptions } from './contract.ts';
import { changedKey, checkHostKey, hostKeyAlgorithms, keyPlace } from './host-keys.ts';
import { shortenLogin } from './short-login.ts';
import { channelRefused, connectError, connectionLost } from './ssh-errors.ts';
import { authMethods } from './ssh-identities.ts';
import type { SshSettings } from './ssh-settings.ts';

/**
 * Fast first: a key exchange on NIST's P-256 takes OpenSSH 4 ms less than its own code for curve25519, and us half a
 * millisecond. Servers of 2009 (OpenSSH 5.3) get group14-sha1: the group exchange that they would choose otherwise
 * blocks the event loop for seconds in ssh2, so it is never offered.
 */
const ALGORITHMS = {
  kex: [
    'ecdh-sha2-nistp256',
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group14-sha1',
    'diffie-hellman-group16-sha512',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
    'aes128-cbc',
    'aes256-cbc',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha1',
  ],
  compress: ['none'],
} satisfies Algorithms;

/** As ssh2 says it. */
const LOST_EARLY = 'Connection lost before handshake';
/** How long a process waits for a free channel on a connection where none ends. */
const CHANNEL_WAIT_MS = 10_000;
/** A channel of ours that has just ended may still count on the server: refused ones ask again. */
const JUST_ENDED_MS = 2000;
const ASK_AGAIN_MS = 50;

/** Tries methods in order, leaving out those that the server does not take. Notes which were tried. */
function authHandler(
  methods: readonly AnyAuthMethod[],
  tried: string[],
  withheld: (method: AnyAuthMethod) => boolean,
): ConnectConfig['authHandler'] {
  const left = [...methods];
  return ((allowed: string[] | null, _partial: boolean | null, next: (method: AnyAuthMethod | false) => void) => {
    for (;;) {
      const method = left.shift();
      if (!method) return next(false);
      const name = method.type === 'agent' ? 'publickey' : method.type;
      if ((allowed && !allowed.includes(name)) || withheld(method)) continue;
      tried.push(method.type);
      return next(method);
    }
  }) as ConnectConfig['authHandler'];
}

/** What -vvv says of a connection: where, as whom, which ways to log in were tried (the last let us in), whose key. */
function connected(settings: SshSettings, tried: readonly string[], key: Buffer | undefined): string {
  const { name, user, host, port, identityFiles, proxyJump, proxyCommand } = settings;
  const way = proxyJump.length > 0 ? ` through ${proxyJump.join(', ')}` : proxyCommand ? ` by ${proxyCommand}` : '';
  const files = identityFiles.length > 0 ? `; key files ${identityFiles.join(', ')}` : '';
  const shown = key ? `; host key ${keyPlace(settings, key)}` : '';
  return `<${name}> logged in as ${user} at ${host} port ${port}${way}, tried ${tried.join(', ')}${files}${shown}`;
}

/**
 * Opens one SSH connection by ssh2, the host key checked.
 * @param sock a stream to the server, connected or not yet: a socket, a jump host's channel, a ProxyCommand
 */
export async function connectSsh2(settings: SshSettings, sock: Duplex): Promise<Ssh2Connection> {
  const tried: string[] = [];
  const methods = await authMethods(settings);
  if (sock.destroyed) throw connectError(sock.errored ?? new Error(LOST_EARLY), settings, tried);
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    let keyError: ToaError | undefined;
    let changed: ToaError | undefined;
    // Only what the server could read and use elsewhere; a public key's signature is good for this session alone.
    const withheld = ({ type }: AnyAuthMethod) => {
      if (!changed || (type !== 'password' && type !== 'keyboard-interactive')) return false;
      keyError = changed;
      return true;
    };
    let first: Error | undefined;
    // A refused handshake is followed by ECONNRESET: the first error is the reason.
    client.on('error', (error) => {
      first ??= error;
      reject(keyError ?? connectError(first, settings, tried));
    });
    client.once('close', () => reject(keyError ?? connectError(first ?? new Error(LOST_EARLY), settings, tried)));
    client.once('handshake', () => shortenLogin(client));
    let keyShown: Buffer | undefined;
    client.once('ready', () => {
      settings.person?.hears?.(connected(settings, tried, keyShown));
      resolve(new Ssh2Connection(client, settings.name));
    });
    client.connect({
      host: settings.host,
      port: settings.port,
      sock,
      username: settings.user,
      authHandler: authHandler(methods, tried, withheld),
      algorithms: { ...ALGORITHMS, serverHostKey: hostKeyAlgorithms(settings) } as Algorithms,
      readyTimeout: settings.connectTimeoutSeconds * 1000,
      keepaliveInterval: settings.aliveIntervalSeconds * 1000,
      keepaliveCountMax: settings.aliveCount,
      hostVerifier: (key: Buffer) => {
        keyShown = key;
        keyError = checkHostKey(settings, key);
        changed = changedKey(settings, key);
        return keyError === undefined;
      },
    });
  });
}

export class Ssh2Connection implements Connection {
  readonly #client: Client;
  readonly #name: string;
  #failure: ToaError | undefined;
  #closing = false;
  #channels = 0;
  #endedAt = 0;
  readonly #waiting = new Set<() => void>();
  #why = 'the server closed it';
  /** Closed after this one: the hop that carries it. */
  carrier?: Connection;

  constructor(client: Client, name: string) {
    this.#client = client;
    this.#name = name;
    client.on('error', (error) => (this.#why = error.message));
    client.on('close', () => {
      this.#failure ??= connectionLost(name, this.#closing ? 'closed by us' : this.#why);
    });
  }

  get failure(): ToaError | undefined {
    return this.#failure;
  }

  /** Where the server allows no more channels, waits for one of ours to end. */
  async exec(command: string, options: ExecOptions = {}): Promise<Channel> {
    const start = Date.now();
    for (;;) {
      try {
        return await this.#open(command, options);
      } catch (error) {
        const full = error instanceof ToaError && error.code === 'E_CHANNEL';
        const since = Math.max(start, this.#endedAt);
        const until = this.#channels > 0 ? since + CHANNEL_WAIT_MS : this.#endedAt + JUST_ENDED_MS;
        if (!full || options.isPatient === false || Date.now() > until) throw error;
        await this.#channelEnded();
      }
    }
  }

  /** Waits for the end of a channel, or a little: the one that made room may have ended before the refusal came. */
  #channelEnded(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ASK_AGAIN_MS);
      this.#waiting.add(done);
    });
  }

  #track(stream: ClientChannel): void {
    this.#channels++;
    stream.once('close', () => {
      this.#channels--;
      this.#endedAt = Date.now();
      for (const wake of this.#waiting) wake();
    });
  }

  #open(command: string, options: ExecOptions): Promise<Channel> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const onClose = () => reject(this.#failure ?? connectionLost(this.#name, this.#why));
      this.#client.once('close', onClose);
      const pty = options.pty ? { pty: { term: 'dumb', cols: 200, rows: 24 } } : {};
      this.#client.exec(command, pty as never, (error, stream) => {
        this.#client.removeListener('close', onClose);
        if (error) return reject(channelRefused(this.#name, error));
        this.#track(stream);
        resolve(channelOf(stream));
      });
    });
  }

  /** A stream to `host:port` as seen from this connection's host. */
  forward(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.#client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
        if (!error) return resolve(stream);
        reject(
          new ToaError(
            'E_UNREACHABLE',
            `the jump host ${this.#name} cannot reach ${host} port ${port}: ${error.message}`,
            {
              cause: error,
              remedy: 'check the name and port as the jump host sees them, and AllowTcpForwarding in its sshd_config',
            },
          ),
        );
      });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (!this.#failure) {
      const closed = new Promise<void>((done) => this.#client.once('close', () => done()));
      this.#client.end();
      const timer = setTimeout(() => this.#client.destroy(), 1000);
      await closed;
      clearTimeout(timer);
    }
    await this.carrier?.close();
  }
}

function channelOf(stream: ClientChannel): Channel {
  const exited = new Promise<ChannelExit>((resolve) => {
    let exit: ChannelExit = { lost: true };
    stream.on('exit', (code: number | null, signal?: string) => {
      exit = { code: code ?? undefined, signal: signal ?? undefined, lost: false };
    });
    stream.on('close', () => resolve(exit));
  });
  // Writing to a channel that the server has closed is reported by `exited`.
  stream.on('error', () => undefined);
  return { stdin: stream, stdout: stream, stderr: stream.stderr, exited, end: () => stream.close() };
}

import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ToaError } from '../base/errors.ts';
import { inOwnTurn, nextTurn, shareTurn } from '../base/turns.ts';
import type { Target } from './target.ts';
import { connectBatched } from './batched-socket.ts';
import type { Connection } from './contract.ts';
import { knownByAuthorityOnly, UnknownKey } from './host-keys.ts';
import { Handshakes } from './handshakes.ts';
import { OpensshConnection } from './openssh.ts';
import { isDropped } from './ssh-errors.ts';
import { argsForHops, sshSettings, type SshSettings } from './ssh-settings.ts';
import type { Ssh2Connection } from './ssh2.ts';

const MAX_HOPS = 8;
const handshakes = new Handshakes();
/** Times to try again when the server drops us before it speaks (MaxStartups), with growing, random pauses. */
const DROPPED_RETRIES = 6;

/** Opens an SSH connection by ssh2, or by the system's ssh where the target says so or only that one can. */
export async function connectSsh(target: Target): Promise<Connection> {
  if (target.transport === 'openssh') return handshakes.run(() => OpensshConnection.open(target));
  const settings = await sshSettings(target);
  if (await needsOpenssh(target, settings, 0)) {
    return handshakes.run(() => OpensshConnection.open(target));
  }
  const retries = target.connectRetries ?? 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await handshakes.run(() => reach(target, settings, 0));
    } catch (error) {
      // after the handshake, and outside of its place among the others: who is asked may take his time
      if (await isTrusted(error)) continue;
      if (isDropped(error)) handshakes.dropped();
      const again = attempt < retries ? isUnreachable(error) : attempt < DROPPED_RETRIES && isDropped(error);
      if (!again) throw error;
      await delay(100 * 2 ** Math.min(attempt, 5) * (0.5 + Math.random()));
    }
  }
}

/** Whether a person has let in the unknown key that a connection failed for. */
async function isTrusted(error: unknown): Promise<boolean> {
  const cause = error instanceof ToaError ? error.details.cause : undefined;
  return cause instanceof UnknownKey && (await cause.isTrusted());
}

/** Whether something on the way to a host, jump hosts included, is for the ssh program alone. */
async function needsOpenssh(target: Target, settings: SshSettings, depth: number): Promise<boolean> {
  if (settings.onlyOpenssh !== undefined || knownByAuthorityOnly(settings)) return true;
  if (depth + settings.proxyJump.length > MAX_HOPS) return false;
  for (const hop of settings.proxyJump) {
    const hopTarget = targetOfHop(hop, target);
    if (await needsOpenssh(hopTarget, await sshSettings(hopTarget), depth + 1)) return true;
  }
  return false;
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ToaError && error.code === 'E_UNREACHABLE';
}

async function reach(target: Target, settings: SshSettings, depth: number): Promise<Ssh2Connection> {
  if (settings.proxyJump.length > 0) return throughJumpHosts(target, settings, depth);
  const { proxyCommand, host, port } = settings;
  if (proxyCommand === undefined) return overSsh2(settings, connectBatched(host, port));
  const proxy = throughCommand(proxyCommand);
  try {
    return await overSsh2(settings, proxy.stream);
  } catch (error) {
    throw await proxy.explained(error);
  }
}

let ssh2: Promise<typeof import('./ssh2.ts')> | undefined;

/** ssh2 is loaded once the first servers have been called: its 30 ms of CPU run while they answer. */
async function overSsh2(settings: SshSettings, stream: Duplex): Promise<Ssh2Connection> {
  // an error that comes before ssh2 listens is kept by the stream
  stream.on('error', () => undefined);
  ssh2 ??= loadSsh2();
  const { connectSsh2 } = await ssh2;
  // all that have called meanwhile would go on in one turn
  await shareTurn();
  try {
    return await connectSsh2(settings, stream);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** Turns of the event loop in which further servers are called before ssh2 is loaded. */
const CALLING_TURNS = 3;

/** In a turn of the event loop of its own: loading is 20 ms in which the first answers of hosts would wait. */
async function loadSsh2(): Promise<typeof import('./ssh2.ts')> {
  for (let count = 0; count < CALLING_TURNS; count++) await nextTurn();
  return inOwnTurn(() => import('./ssh2.ts'));
}

/** Each hop is a connection of its own, its host key checked; the next one runs inside it. */
async function throughJumpHosts(target: Target, settings: SshSettings, depth: number): Promise<Ssh2Connection> {
  if (depth + settings.proxyJump.length > MAX_HOPS) {
    throw new ToaError('E_SSH_OPTION', `${target.name}: more than ${MAX_HOPS} jump hosts, or a loop of ProxyJump`, {
      remedy: 'correct ProxyJump in ssh_config: a jump host must not jump through itself (ProxyJump none)',
    });
  }
  let last: Ssh2Connection | undefined;
  try {
    for (const hop of settings.proxyJump) {
      const hopTarget = targetOfHop(hop, target);
      const hopSettings = await sshSettings(hopTarget);
      last = last ? await inside(last, hopSettings) : await reach(hopTarget, hopSettings, depth + 1);
    }
    if (!last) throw new TypeError('no hop');
    return await inside(last, settings);
  } catch (error) {
    await last?.close();
    throw error;
  }
}

async function inside(carrier: Ssh2Connection, settings: SshSettings): Promise<Ssh2Connection> {
  const connection = await overSsh2(settings, await carrier.forward(settings.host, settings.port));
  connection.carrier = carrier;
  return connection;
}

/** `[user@]host[:port]` or `ssh://...`; the password is the target's own and stays away from its hops. */
function targetOfHop(hop: string, target: Target): Target {
  const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?\/?$/.exec(hop);
  if (!match) {
    throw new ToaError('E_SSH_OPTION', `${target.name}: cannot read the jump host ${JSON.stringify(hop)}`, {
      remedy: 'write user@host:port',
    });
  }
  return {
    ...target,
    name: `${target.name} (jump host ${match[2]})`,
    transport: 'ssh2',
    host: match[2].replace(/^\[|\]$/g, ''),
    port: match[3] === undefined ? undefined : Number(match[3]),
    user: match[1],
    password: undefined,
    hostKeyChecking: target.hostKeyChecking === false ? true : target.hostKeyChecking,
    sshArgs: argsForHops(target.sshArgs),
  };
}

interface Proxy {
  readonly stream: Duplex;
  /** An error with what the program itself said, where it failed. */
  explained(error: unknown): Promise<unknown>;
}

function throughCommand(command: string): Proxy {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: 'pipe' });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2000)));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.once('error', (error) => stream.destroy(error));
  stream.once('close', () => child.kill());
  const explained = async (error: unknown) => {
    await Promise.race([closed, delay(500)]);
    const words = said.trim().replace(/\s*\r?\n\s*/g, ' / ');
    if (words === '' || !(error instanceof ToaError) || error.code !== 'E_UNREACHABLE') return error;
    return new ToaError(error.code, `${error.message}; the ProxyCommand said: ${words}`, {
      ...error.details,
      remedy: 'run the ProxyCommand of ssh_config by hand',
    });
  };
  return { stream, explained };
}

import { setTimeout as delay } from 'node:timers/promises';
import { ToaError } from '../../base/errors.ts';
import { shellQuote } from '../../base/quote.ts';
import type { CallResult, Lease, Shell } from '../contract.ts';
import { BOOTSTRAP, LOCK, WATCH } from '../session/scripts.ts';

const SCRIPTS = [BOOTSTRAP, WATCH, LOCK];
const HELD = 3;
/** Seconds between two tries to get a lock that another holds. */
const TRY_SECONDS = 2;

export interface HostLock {
  /** Whom it was taken from, where its holder was alive (`force`). */
  readonly takenFrom?: string;
  /** Gives the lock back. A lock whose session died needs none: it is seen to be stale, or its time ends. */
  release(): Promise<void>;
}

/** What to do when another controller has the lock. */
export interface LockPolicy {
  /** Seconds to wait for it; Infinity for ever; default 0. */
  readonly waitSeconds?: number;
  /** Takes it from whoever holds it. */
  readonly force?: boolean;
}

export interface LockOptions extends LockPolicy {
  /** Who holds it, one line that is unique to the run, shown to the other: `alice@laptop, run 4711`. */
  readonly owner: string;
  /** The host's name, for messages. */
  readonly host?: string;
  readonly signal?: AbortSignal;
  /** Called once, before it waits, with who holds the lock. */
  readonly onWait?: (holder: string) => void;
}

/** The line of a lock: end, number, what its shell is known by (4 words), owner. */
function readLine(line: string): { pid: string; boot: string; owner: string } {
  const [, , pid = '', , boot = '', , ...owner] = line.split(' ');
  return { pid, boot, owner: owner.join(' ') };
}

function holderOf(line: string): string {
  const { owner, pid } = readLine(line);
  return owner === '' ? 'somebody' : `${owner} (process ${pid})`;
}

/**
 * Takes the host's lock, so that two controllers do not work on one host at once, and lets all further calls of the shell
 * be made under it: one after another has taken it is refused. For root it holds for the whole host, for other users for
 * their account. The same owner takes it again after a reconnect.
 * @throws ToaError E_HOST_LOCKED naming the holder; E_HOST_LOCK when no lock can be made
 */
export async function acquireHostLock(shell: Shell, options: LockOptions): Promise<HostLock> {
  const owner = options.owner.replace(/\s+/g, ' ').trim();
  const host = options.host ?? shell.user;
  const result = await tryUntil(shell, owner, options);
  const [path, line = '', before = ''] = result.stdout.trimEnd().split('\n');
  if (result.rc === HELD) throw heldError(host, path, line, before);
  if (result.rc !== 0) {
    throw new ToaError('E_HOST_LOCK', `${host}: cannot take the host's lock: ${result.stderr.trim()}`, {
      remedy: 'check that /run (for other users than root: the home) is writable on the host',
    });
  }
  const { boot } = readLine(`0 ${line}`);
  await shell.hold?.({ path, line, owner, boot });
  const holder = readLine(before).owner;
  return {
    ...(options.force && holder !== '' && holder !== owner ? { takenFrom: holderOf(before) } : {}),
    release: async () => {
      await shell.hold?.(undefined);
      await shell.call({ scripts: SCRIPTS, fn: 'toa_lock_release', args: [owner] });
    },
  };
}

/** Asks for the lock until it is there, or the time is up. */
async function tryUntil(shell: Shell, owner: string, options: LockOptions): Promise<CallResult> {
  const end = performance.now() + (options.waitSeconds ?? 0) * 1000;
  const call = { scripts: SCRIPTS, fn: 'toa_lock_take', args: [owner, options.force ? 'take' : ''] };
  for (let isFirst = true; ; isFirst = false) {
    const result = await shell.call({ ...call, signal: options.signal });
    if (result.rc !== HELD || performance.now() >= end) return result;
    if (isFirst) options.onWait?.(holderOf(result.stdout.split('\n')[1] ?? ''));
    await delay(Math.min(TRY_SECONDS * 1000, Math.max(0, end - performance.now())), undefined, {
      signal: options.signal,
    }).catch(() => undefined);
  }
}

function heldError(host: string, path: string, line: string, left: string): ToaError {
  const seconds = Number(left);
  const goesOn = seconds > 0 ? `; its lease goes on for ${seconds} s, and longer while it works` : '';
  return new ToaError('E_HOST_LOCKED', `${host}: another controller works on this host: ${holderOf(line)}${goesOn}`, {
    remedy: `wait until it has finished (--wait), or take the lock from it (--take-lock); the lock is ${path}`,
  });
}

/** What the shell loads to hold a lease: the scripts, and the text that begins it. */
export const LEASE_SCRIPTS = [WATCH, LOCK];
export const holdText = ({ path, line }: Lease): string => `toa_hold ${shellQuote(path)} ${shellQuote(line)}\n`;
/** For a shell in the place of the one that took the lock. */
export const holdAgainText = ({ owner, boot, path }: Lease): string =>
  `toa_hold_again ${shellQuote(owner)} ${shellQuote(boot)} ${shellQuote(path)}\n`;
/** A call that is made only while the lease is held. */
export const underLease = (text: string): string => `if toa_held; then\n${text}\nelse toa_unheld\nfi`;

const LOST = 'toa-lease-lost ';
const LOST_STATUS = 120;

/** The error for a call that was not made because another controller has the lock; undefined for other answers. */
export function leaseLost(host: string, rc: number, stdout: Uint8Array): ToaError | undefined {
  if (rc !== LOST_STATUS) return undefined;
  const text = Buffer.from(stdout).toString('utf8');
  if (!text.startsWith(LOST)) return undefined;
  const line = text.slice(LOST.length).trim();
  const who = line === '' ? 'it is gone: another has had it since' : `it is held by ${holderOf(line)}`;
  return new ToaError(
    'E_LOCK_LOST',
    `${host}: this run has lost the host's lock, and changes nothing more there: ${who}`,
    {
      remedy:
        'the run was away for too long, or somebody used --take-lock: look at the host, then run the playbook again',
    },
  );
}

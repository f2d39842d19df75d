import { spawn, type ChildProcess } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { ToaError } from '../base/errors.ts';
import type { Channel, ChannelExit, Connection } from './contract.ts';

const REMEDY_NO_SHELL = 'give an existing shell in ansible_shell_executable';

/** The exit of a child once its outputs are read to their end. */
function exitOf(child: ChildProcess): Promise<ChannelExit> {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 127, lost: false }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined, lost: false }),
    );
  });
}

/** Ends a child and everything in its process group. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    child.kill('SIGTERM');
  }
}

/** Wraps a child that was spawned with three pipes. Writing to a child that has ended is not an error here: `exited` tells. */
export function channelOf(child: ChildProcess): Channel {
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new TypeError('a channel needs three pipes');
  finished(stdin).catch(() => undefined);
  return { stdin, stdout, stderr, exited: exitOf(child), end: () => killGroup(child) };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(
        new ToaError('E_UNREACHABLE', `cannot start a local shell: ${cause.message}`, {
          cause,
          remedy: REMEDY_NO_SHELL,
        }),
      );
    });
  });
}

/** Processes of this machine; each in a process group of its own, so that Ctrl-C on the terminal does not reach them. */
export class LocalConnection implements Connection {
  readonly failure = undefined;
  readonly #children = new Set<ChildProcess>();

  async exec(command: string): Promise<Channel> {
    const child = spawn('/bin/sh', ['-c', command], { stdio: 'pipe', detached: true });
    await started(child);
    this.#children.add(child);
    const channel = channelOf(child);
    void channel.exited.then(() => this.#children.delete(child));
    return channel;
  }

  async close(): Promise<void> {
    for (const child of this.#children) killGroup(child);
  }
}

import type { Readable, Writable } from 'node:stream';
import type { ToaError } from '../base/errors.ts';

/** How a process on a host ended. */
export interface ChannelExit {
  readonly code?: number;
  readonly signal?: string;
  /** True when the connection went away and nobody knows how the process ended. */
  readonly lost: boolean;
  /** The server allows no more channels: nothing was started. */
  readonly refused?: boolean;
}

/** A running process on a host: three byte streams. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles once, when the process has ended and both outputs are read to their end. Never rejects. */
  readonly exited: Promise<ChannelExit>;
  /** Ends the process, or at least its channel. */
  end(): void;
}

export interface ExecOptions {
  /** Asks for a terminal: stderr then arrives on stdout. */
  readonly pty?: boolean;
  /** Where the server allows no more channels, waits for one of ours to end (default). */
  readonly isPatient?: boolean;
}

/** An open connection to one host. */
export interface Connection {
  /**
   * Starts a command by the login shell of the connection's user.
   * @throws ToaError E_CONNECTION_LOST, E_CHANNEL (the server refuses another channel)
   */
  exec(command: string, options?: ExecOptions): Promise<Channel>;
  /** Why the connection is no longer usable; undefined while it is. */
  readonly failure: ToaError | undefined;
  close(): Promise<void>;
}

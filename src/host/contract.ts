import type { Target } from '../transport/target.ts';

/** How to become another user on a host. */
export interface Become {
  readonly user: string;
  /** sudo, su, doas, ... */
  readonly method: string;
  readonly password?: string;
  readonly flags?: string;
  readonly exe?: string;
}

/**
 * One call of a shell function on a host: one round trip. The function stands in a `.sh` file, which is loaded into the
 * open shell with its first use. `vars` become shell variables of the call (quoted, not exported), `args` its $1...
 */
export interface Call {
  /** Absolute paths of the .sh files that define the function and what it needs. Loaded once per shell, in order. */
  readonly scripts: readonly string[];
  readonly fn: string;
  readonly vars?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Standard input of the function; /dev/null when absent. NUL bytes allowed; meant for less than 1 MiB. */
  readonly stdin?: Uint8Array | string;
  /** Exported in the call only (the `environment` keyword). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Gives up after so long and ends the remote process group; the result then has `timedOut`. */
  readonly timeoutMs?: number;
  /** Called with pieces of stdout as they arrive, for progress. */
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
  /**
   * The task needs no other call and fails exactly when this one's status is not 0. So the call may be sent while
   * answers of earlier such calls are awaited. Not with `timeoutMs`.
   */
  readonly pipelined?: boolean;
  /**
   * The function may run in the shell itself: it ends soon, ends itself where what it runs is killed, and leaves folder,
   * umask, options and traps of the shell as they were. Its variables (lower case) are taken back. It must not meet an error that ends
   * a shell, such as a redirection of a special builtin (`: >file`) that fails. What it says on stderr is in the
   * result only where it fails.
   */
  readonly inPlace?: boolean;
  /** It is dropped on the host when a call before it with `isCondition` has failed, or after an interruption. */
  readonly isBehind?: boolean;
  /**
   * Its output is for people, not parsed: where it is too much, its ends are kept and `CallResult.leftOut` says how much is
   * missing. Without this the call throws E_OUTPUT_TOO_LARGE: half an answer is none.
   */
  readonly mayBeCut?: boolean;
  /** The answer holds a file, and may be as large as files are. */
  readonly bringsFile?: boolean;
  /** When it fails, the calls behind it are dropped. */
  readonly isCondition?: boolean;
}

export interface CallResult {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The bytes of stdout, for what is not UTF-8. */
  readonly stdoutBytes: Uint8Array;
  readonly timedOut?: boolean;
  /** Bytes that are left out in the middle of both outputs together, which say so there. */
  readonly leftOut?: number;
  /** When it ran, for a call that went on without the session. */
  readonly ran?: { readonly started: Date; readonly ended: Date };
  /** It was not run, because one before it failed. */
  readonly isDropped?: boolean;
  /** Milliseconds from when nothing was before it any more to its answer. */
  readonly milliseconds?: number;
}

/** A host's lock as a shell holds it. */
export interface Lease {
  /** The lock's file on the host. */
  readonly path: string;
  /** What stands in it behind the time when it ends: number, shell, owner. */
  readonly line: string;
  readonly owner: string;
  /** The host's boot at that time. */
  readonly boot: string;
}

/** One open `/bin/sh` on a host as one user. Calls queue up and run in order, pipelined ones on the host itself. */
export interface Shell {
  readonly user: string;
  /**
   * Throws ToaError: E_UNREACHABLE (no connection, `details.remedy` says what to do), E_CONNECTION_LOST (cut off in the
   * middle, outcome unknown), E_BECOME (wrong or missing password...). A function that fails is a CallResult with its rc.
   */
  call(call: Call): Promise<CallResult>;
  /**
   * Sends bulk data beside the framed shell, as this shell's user, into a hidden file in `folder` (or the scratch
   * folder), mode 0600, and gives its path; the caller's next call moves it into place. Its name ends in `mark`, by which
   * a later session knows whose it is.
   */
  upload(
    source: { readonly path: string } | { readonly data: Uint8Array },
    folder?: string,
    mark?: string,
  ): Promise<string>;
  /** Reads a remote file in whole; throws E_REMOTE_READ with what the host said. */
  download(path: string): Promise<Uint8Array>;
  /** Streams a remote file into a local one (hidden name, then rename). */
  downloadTo(path: string, localPath: string): Promise<void>;
  /**
   * All further calls are made under the lease, and refused (E_LOCK_LOST) once another controller has taken the lock;
   * `undefined` ends that. Not in recorded shells.
   */
  hold?(lease: Lease | undefined): Promise<void>;
  /** A scratch folder of this session on the host (mode 0700), removed at close. Made at first use. */
  scratch(): Promise<string>;
  /**
   * What earlier sessions of this user noted on the host: name -> lines. It came with the answer of the first call.
   * Not in recorded shells.
   */
  notes?(): Promise<ReadonlyMap<string, readonly string[]>>;
  /**
   * Notes a line on the host for later sessions of this user, before the next call runs there, at no round trip of its own.
   * Without a line all notes of that name go. What the host cannot write is not noted.
   * Not in recorded shells.
   * @param name letters and digits
   */
  note?(name: string, line?: string): void;
}

/** A connection to one host; shells of other users hang off it. */
export interface Session {
  readonly target: Target;
  /** The shell of the login user, or of the user to become. Shells are kept and reused. */
  shell(become?: Become): Promise<Shell>;
  /** Drops the connection; the next shell() connects again (after reboot, `meta: reset_connection`). */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export type OpenSession = (target: Target) => Session;

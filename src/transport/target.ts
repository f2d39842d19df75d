import type { Span } from '../base/span.ts';

/** Where and how to reach a host; `targetFromVars` in src/host makes it from ansible_* variables. */
export interface Target {
  /** The inventory's name of the host. */
  readonly name: string;
  readonly transport: 'ssh2' | 'openssh' | 'local';
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly privateKeyFile?: string;
  readonly passphrase?: string;
  /** ansible_ssh_common_args + ansible_ssh_extra_args, split into words. */
  readonly sshArgs: readonly string[];
  /** false: ANSIBLE_HOST_KEY_CHECKING=False; 'accept-new': unknown keys are added, changed ones refused. */
  readonly hostKeyChecking: boolean | 'accept-new';
  readonly connectTimeoutSeconds: number;
  /** How often to try again when the host cannot be reached (`retries` of Ansible's ssh connection); default 0. */
  readonly connectRetries?: number;
  readonly shellExecutable?: string;
  /** Over the local connection: the folder where commands start; default the user's home. */
  readonly folder?: string;
  /** Bytes of one call's output that are kept, per stream (`toa_max_output`); default 16 MiB. */
  readonly maxOutputBytes?: number;
  readonly span?: Span;
  readonly person?: Person;
}

/** Whoever sits at the terminal. */
export interface Person {
  /** Whether the key that a server showed, which nobody knows yet, is the right one. Absent: nobody can be asked. */
  readonly trustsKey?: (question: string, fingerprint: string) => Promise<boolean>;
  /** A line about a connection (-vvv). Absent: nobody wants to know. */
  readonly hears?: (line: string) => void;
}

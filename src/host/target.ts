import { ToaError } from '../base/errors.ts';
import { booleanOf, isMapping, type Value } from '../base/value.ts';
import type { Become } from './contract.ts';
import type { Person, Target } from '../transport/target.ts';
import { checkBecomeMethod } from './session/become.ts';
import { splitWords } from '../base/shell-words.ts';

/** What holds where no variable says otherwise: keywords of the play, flags, ansible.cfg, environment. */
export interface TargetDefaults {
  /** `ssh`, `smart`, `paramiko`, `ssh2`, `openssh` or `local`. */
  readonly connection?: string;
  readonly user?: string;
  readonly port?: number;
  /** -k */
  readonly password?: string;
  readonly privateKeyFile?: string;
  readonly sshArgs?: string;
  readonly sshCommonArgs?: string;
  readonly sshExtraArgs?: string;
  readonly hostKeyChecking?: boolean | 'accept-new';
  readonly timeoutSeconds?: number;
  readonly connectRetries?: number;
  readonly shellExecutable?: string;
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: string;
  readonly becomeFlags?: string;
  readonly becomeExe?: string;
  readonly becomePassword?: string;
  readonly person?: Person;
}

export interface ReachableTarget {
  readonly target: Target;
  /** Present when `ansible_become` or the default says to become another user. */
  readonly become?: Become;
}

const CONNECTIONS: Readonly<Record<string, Target['transport']>> = {
  ssh: 'ssh2',
  smart: 'ssh2',
  paramiko: 'ssh2',
  paramiko_ssh: 'ssh2',
  ssh2: 'ssh2',
  openssh: 'openssh',
  local: 'local',
};
const DEFAULT_TIMEOUT_SECONDS = 10;

/**
 * Reads a host's connection and become variables. Names and precedence (of several names for one thing the last wins)
 * are those of Ansible's documentation of its ssh and local connections and its sudo, su and doas become plugins.
 * @param name inventory name of the host
 * @param get a resolved variable, or undefined
 * @throws ToaError E_CONNECTION_TYPE, E_CONNECTION_VARIABLE, E_BECOME_METHOD
 */
export function targetFromVars(
  name: string,
  get: (variable: string) => Value | undefined,
  config: TargetDefaults = {},
): ReachableTarget {
  const read = new Reader(name, get);
  const become = becomeFromVars(name, get, config);
  const checking = read.checking('ansible_host_key_checking', 'ansible_ssh_host_key_checking');
  const target: Target = {
    name,
    transport: transportOf(name, read.text('ansible_connection') ?? config.connection ?? 'smart'),
    host: read.text('ansible_host', 'ansible_ssh_host') ?? name,
    port: read.number('ansible_port', 'ansible_ssh_port') ?? config.port,
    user: read.text('ansible_user', 'ansible_ssh_user') ?? config.user,
    password: read.text('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password') ?? config.password,
    privateKeyFile: read.text('ansible_private_key_file', 'ansible_ssh_private_key_file') ?? config.privateKeyFile,
    passphrase: read.text('ansible_ssh_private_key_passphrase'),
    sshArgs: [
      ...words(read.text('ansible_ssh_args') ?? config.sshArgs),
      ...words(read.text('ansible_ssh_common_args') ?? config.sshCommonArgs),
      ...words(read.text('ansible_ssh_extra_args') ?? config.sshExtraArgs),
    ],
    hostKeyChecking: checking ?? config.hostKeyChecking ?? true,
    connectTimeoutSeconds:
      read.number('ansible_timeout', 'ansible_ssh_timeout') ?? config.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    connectRetries: read.number('ansible_ssh_retries') ?? config.connectRetries ?? 0,
    shellExecutable: read.text('ansible_shell_executable') ?? config.shellExecutable,
    maxOutputBytes: read.number('toa_max_output'),
    person: config.person,
  };
  return become ? { target, become } : { target };
}

/** The become variables alone; they win over the keywords of a task, which arrive in `config`. */
export function becomeFromVars(
  name: string,
  get: (variable: string) => Value | undefined,
  config: TargetDefaults = {},
): Become | undefined {
  const read = new Reader(name, get);
  if (!(read.bool('ansible_become') ?? config.become ?? false)) return undefined;
  const method = (read.text('ansible_become_method') ?? config.becomeMethod ?? 'sudo').replace(/^.*\./, '');
  // also where nobody has to be become: a misspelt method is found on the first host, not on the first that needs it
  checkBecomeMethod(method);
  const pass = ['ansible_become_password', 'ansible_become_pass', `ansible_${method}_pass`];
  return {
    method,
    user: read.text('ansible_become_user', `ansible_${method}_user`) ?? config.becomeUser ?? 'root',
    password: read.text(...pass) ?? config.becomePassword,
    flags: read.text('ansible_become_flags', `ansible_${method}_flags`) ?? config.becomeFlags,
    exe: read.text('ansible_become_exe', `ansible_${method}_exe`) ?? config.becomeExe,
  };
}

/** @param name what names the connection, for the message @throws ToaError E_CONNECTION_TYPE */
export function transportOf(name: string, said: string): Target['transport'] {
  const connection = said.replace(/^(ansible\.builtin|ansible\.netcommon)\./, '');
  const transport = Object.hasOwn(CONNECTIONS, connection) ? CONNECTIONS[connection] : undefined;
  if (transport) return transport;
  throw new ToaError('E_CONNECTION_TYPE', `${name}: the connection ${JSON.stringify(said)} is not supported`, {
    remedy: `use one of ${Object.keys(CONNECTIONS).join(', ')} in ansible_connection`,
  });
}

/** The same for each task of each host of a group, as a rule. */
const split = new Map<string, readonly string[]>();

function words(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  let known = split.get(text);
  if (!known) split.set(text, (known = splitWords(text, { asShell: true })));
  return known;
}

class Reader {
  readonly #host: string;
  readonly #get: (variable: string) => Value | undefined;
  constructor(host: string, get: (variable: string) => Value | undefined) {
    this.#host = host;
    this.#get = get;
  }

  /** The last of several names that has a value. */
  #last(names: readonly string[]): { name: string; value: string | number | boolean | bigint } | undefined {
    for (let at = names.length - 1; at >= 0; at--) {
      const name = names[at];
      const value = this.#get(name);
      if (value === undefined || value === null || value === '') continue;
      if (typeof value === 'object' && (isMapping(value) || Array.isArray(value))) this.#bad(name, 'one value', value);
      const plain = typeof value === 'object' ? String((value as { value?: unknown }).value ?? value) : value;
      return { name, value: plain };
    }
    return undefined;
  }

  text(...names: string[]): string | undefined {
    const found = this.#last(names);
    return found && String(found.value);
  }

  number(...names: string[]): number | undefined {
    const found = this.#last(names);
    if (!found) return undefined;
    const number = Number(found.value);
    return Number.isSafeInteger(number) && number >= 0 ? number : this.#bad(found.name, 'a number', found.value);
  }

  bool(...names: string[]): boolean | undefined {
    const found = this.#last(names);
    if (!found) return undefined;
    return booleanOf(found.value) ?? this.#bad(found.name, 'yes or no', found.value);
  }

  checking(...names: string[]): boolean | 'accept-new' | undefined {
    const found = this.#last(names);
    return found?.value === 'accept-new' ? 'accept-new' : this.bool(...names);
  }

  /** Never shows the value: it may be a password under a wrong name. */
  #bad(variable: string, wanted: string, value: unknown): never {
    const kind = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a dict' : 'something else';
    throw new ToaError('E_CONNECTION_VARIABLE', `${this.#host}: ${variable} must be ${wanted}, not ${kind}`, {
      remedy: `correct ${variable} in the inventory, group_vars or host_vars`,
    });
  }
}

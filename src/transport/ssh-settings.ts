import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { ToaError } from '../base/errors.ts';
import type { Person, Target } from './target.ts';
import { parseSshArgs, type SshOptions } from './ssh-args.ts';
import { checkNames } from './names.ts';
import { beyondSsh2, beyondSsh2InFiles } from './only-openssh.ts';
import { addConfigFiles } from './ssh-config-files.ts';

/** What to do with the key of a host that no known_hosts file names. `ask` is `yes` where nobody can be asked. */
export type StrictHostKeyChecking = 'yes' | 'no' | 'accept-new' | 'ask';

/** How to reach one host by SSH, after the target's own values, its ssh arguments and ssh_config, in that order. */
export interface SshSettings {
  /** The inventory's name, for messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly passphrase?: string;
  /** Named by the user; unlike the default identities it is an error when one cannot be read. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly agentSocket?: string;
  /** Hops, first to last. */
  readonly proxyJump: readonly string[];
  readonly proxyCommand?: string;
  readonly strict: StrictHostKeyChecking;
  readonly person?: Person;
  readonly hostKeyAlias?: string;
  readonly knownHostsFiles: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly connectTimeoutSeconds: number;
  readonly aliveIntervalSeconds: number;
  readonly aliveCount: number;
  /** Why only the ssh program can do this; undefined when ssh2 can. */
  readonly onlyOpenssh?: string;
}

/** @throws ToaError E_SSH_CONFIG, E_SSH_OPTION, E_SSH_NAME */
export async function sshSettings(target: Target): Promise<SshSettings> {
  const args = parseSshArgs(target.sshArgs);
  const options = args.options;
  const beyond = beyondSsh2(args);
  checkNames(target.name, target.host, target.user);
  const conditional = await addConfigFiles(options, target.host, args.configFile);
  const host = (options.get('HostName') ?? target.host).replaceAll('%h', target.host).replaceAll('%%', '%');
  const port = target.port ?? number(options, 'Port', 22);
  const user = target.user ?? options.get('User') ?? userInfo().username;
  checkNames(target.name, host, user);
  const alias = options.get('HostKeyAlias');
  const expand = (text: string) => expandTokens(text, { host, port, user, name: target.host, alias });
  const identityFiles = [...(target.privateKeyFile ? [target.privateKeyFile] : []), ...options.all('IdentityFile')]
    .filter((file) => file !== 'none')
    .map(expand);
  const jump = options.get('ProxyJump');
  const command = options.get('ProxyCommand');
  return {
    name: target.name,
    host,
    port,
    user,
    password: target.password,
    passphrase: target.passphrase,
    identityFiles,
    identitiesOnly: isYes(options.get('IdentitiesOnly')),
    agentSocket: agentSocket(options, expand),
    proxyJump: jump && jump !== 'none' ? jump.split(',').map((hop) => hop.trim()) : [],
    proxyCommand: command && command !== 'none' && !jump ? expand(command) : undefined,
    strict: strictness(target, options),
    person: target.person,
    hostKeyAlias: alias,
    knownHostsFiles: knownHostsFiles(options, expand),
    hashKnownHosts: isYes(options.get('HashKnownHosts')),
    connectTimeoutSeconds: number(options, 'ConnectTimeout', target.connectTimeoutSeconds),
    aliveIntervalSeconds: number(options, 'ServerAliveInterval', 0) || 15,
    aliveCount: number(options, 'ServerAliveCountMax', 3),
    onlyOpenssh: beyond ?? conditional ?? beyondSsh2InFiles(options) ?? certificateOf(identityFiles),
  };
}

/**
 * The arguments that also hold for the hops of ProxyJump: keys to log in with, and the configuration file. Not what is
 * said of host keys: who trusts a host blindly does not mean the jump host, which sees all that goes through it (ssh does
 * not pass these options on either; a Host section in ssh_config sets them for a jump host).
 */
export function argsForHops(sshArgs: readonly string[]): string[] {
  const { options, configFile } = parseSshArgs(sshArgs);
  const words = configFile === undefined ? [] : ['-F', configFile];
  for (const file of options.all('IdentityFile')) words.push('-o', `IdentityFile=${file}`);
  return words;
}

function isYes(value: string | undefined): boolean {
  return value !== undefined && /^(yes|true)$/i.test(value);
}

function number(options: SshOptions, name: string, standard: number): number {
  const text = options.get(name);
  if (text === undefined || text === 'none') return standard;
  if (!/^\d+$/.test(text)) {
    throw new ToaError('E_SSH_OPTION', `${name} of ssh must be a number, not ${JSON.stringify(text)}`, {
      remedy: 'correct ansible_ssh_common_args or ssh_config',
    });
  }
  return Number(text);
}

function strictness(target: Target, options: SshOptions): StrictHostKeyChecking {
  if (target.hostKeyChecking === false) return 'no';
  const said = options.get('StrictHostKeyChecking')?.toLowerCase();
  if (said === 'no' || said === 'off') return 'no';
  if (said === 'accept-new') return 'accept-new';
  if (said === 'yes') return 'yes';
  return target.hostKeyChecking === 'accept-new' ? 'accept-new' : 'ask';
}

function knownHostsFiles(options: SshOptions, expand: (text: string) => string): string[] {
  const user = options.get('UserKnownHostsFile') ?? '~/.ssh/known_hosts ~/.ssh/known_hosts2';
  const global = options.get('GlobalKnownHostsFile') ?? '/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2';
  return `${user} ${global}`
    .split(/\s+/)
    .filter((file) => file !== '' && file !== 'none')
    .map((file) => expand(file.replaceAll('"', '')));
}

function agentSocket(options: SshOptions, expand: (text: string) => string): string | undefined {
  const said = options.get('IdentityAgent');
  if (said === 'none') return undefined;
  if (said === undefined || said === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK || undefined;
  return said.startsWith('$') ? process.env[said.slice(1)] : expand(said);
}

function certificateOf(identityFiles: readonly string[]): string | undefined {
  const certificate = identityFiles.find((file) => existsSync(`${file}-cert.pub`));
  return certificate && `the certificate ${certificate}-cert.pub`;
}

interface TokenValues {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly name: string;
  readonly alias?: string;
}

let own: Readonly<Record<string, string>> | undefined;

/** Tokens that tell of this machine; the system is asked once, not for each host. */
function ownTokens(): Readonly<Record<string, string>> {
  if (own) return own;
  const { username, uid } = userInfo();
  own = { u: username, i: String(uid), l: hostname(), L: hostname().split('.')[0] };
  return own;
}

/** ~, ${VARIABLE} and the tokens of ssh_config(5), "TOKENS". */
function expandTokens(text: string, values: TokenValues): string {
  const tokens: Record<string, string> = {
    '%': '%',
    h: values.host,
    p: String(values.port),
    r: values.user,
    n: values.name,
    k: values.alias ?? values.host,
    d: homedir(),
    ...ownTokens(),
  };
  return text
    .replace(/^~(?=\/|$)/, homedir())
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole)
    .replace(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole);
}

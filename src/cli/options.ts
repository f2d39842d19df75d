import { Command, InvalidArgumentError, Option } from 'commander';
import { ours } from './parse.ts';

/** The flags of ansible-playbook 2.14, and ours, as typed values. `undefined` means: ask the configuration. */
export interface RunFlags {
  inventory: string[];
  limit?: string;
  extraVars: string[];
  tags: string[];
  skipTags: string[];
  forks?: number;
  check: boolean;
  diff: boolean;
  verbose: number;
  become: boolean;
  becomeMethod?: string;
  becomeUser?: string;
  askBecomePass: boolean;
  becomePasswordFile?: string;
  askPass: boolean;
  connectionPasswordFile?: string;
  user?: string;
  connection?: string;
  timeout?: number;
  privateKey?: string;
  sshCommonArgs?: string;
  sshExtraArgs?: string;
  vaultIds: string[];
  vaultPasswordFiles: string[];
  askVaultPass: boolean;
  forceHandlers: boolean;
  flushCache: boolean;
  listHosts: boolean;
  listTasks: boolean;
  listTags: boolean;
  syntaxCheck: boolean;
  step: boolean;
  startAtTask?: string;
  json: boolean;
  plain: boolean;
  acceptNew: boolean;
  logFile?: string;
  profile: boolean;
  /** Seconds. */
  wait?: number;
  takeLock: boolean;
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];
const split = (value: string, before: string[] = []): string[] => [
  ...before,
  ...value.split(',').map((part) => part.trim()),
];

/** What `--wait` without a number means. */
export const FOR_EVER = 'ever';

const seconds = (value: string): number => (value === FOR_EVER ? Infinity : wholeNumber(value));

function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('a whole number is wanted');
  return Number(value);
}

function addSelection(command: Command): void {
  command
    .option('-i, --inventory <source>', 'inventory file, folder, script or host list (a,b,); may repeat', collect)
    .addOption(new Option('--inventory-file <source>').argParser(collect).hideHelp())
    .option('-l, --limit <pattern>', 'only these hosts (a pattern, or @file)')
    .option('-e, --extra-vars <vars>', 'variables: k=v, YAML/JSON or @file; may repeat', collect)
    .option('-t, --tags <tags>', 'only tasks with these tags', split)
    .option('--skip-tags <tags>', 'no tasks with these tags', split)
    .option('--start-at-task <name>', 'begin at the first task of this name')
    .option('--step', 'ask before each task');
}

function addRunning(command: Command): void {
  command
    .option('-C, --check', 'change nothing, say what would change')
    .option('-D, --diff', 'show the differences of changed files')
    .option('-f, --forks <n>', 'hosts at one time', wholeNumber)
    .option('--force-handlers', 'run handlers of failed hosts too')
    .option('--flush-cache', 'forget cached facts')
    .option('--wait [seconds]', 'wait for hosts that another run has locked (--wait=60: a minute)', seconds)
    .option('--take-lock', 'take the locks of hosts from whoever has them; that run changes nothing more there')
    .option('--syntax-check', 'read everything, run nothing')
    .option('--list-hosts', 'list the hosts, run nothing')
    .option('--list-tasks', 'list the tasks, run nothing')
    .option('--list-tags', 'list the tags, run nothing');
}

function addConnection(command: Command): void {
  command
    .option('-u, --user <name>', 'log in as')
    .option('-c, --connection <type>', 'ssh (default), ssh2, openssh, local')
    .option('-T, --timeout <seconds>', 'for connecting', wholeNumber)
    .addOption(new Option('--private-key <file>', 'key for logging in'))
    .addOption(new Option('--key-file <file>').hideHelp())
    .option('--ssh-common-args <args>', 'arguments as for ssh (-o ..., -J ...)')
    .addOption(new Option('--ssh-extra-args <args>').hideHelp())
    .addOption(new Option('--sftp-extra-args <args>').hideHelp())
    .addOption(new Option('--scp-extra-args <args>').hideHelp())
    .option('--accept-new', 'add unknown host keys to known_hosts; changed ones are still refused')
    .option('-k, --ask-pass', 'ask for the login password')
    .addOption(new Option('--connection-password-file <file>').hideHelp())
    .addOption(new Option('--conn-pass-file <file>').hideHelp());
}

function addSecrets(command: Command): void {
  command
    .option('-b, --become', 'become another user (root)')
    .option('--become-method <method>', 'sudo (default), su, doas')
    .option('--become-user <name>', 'the user to become')
    .option('-K, --ask-become-pass', 'ask for the password of becoming')
    .addOption(new Option('--become-password-file <file>').hideHelp())
    .addOption(new Option('--become-pass-file <file>').hideHelp())
    .option('--vault-id <id>', 'vault secret: label@file, label@prompt; may repeat', collect)
    .option('-J, --ask-vault-pass', 'ask for the vault password')
    .addOption(new Option('--ask-vault-password').hideHelp())
    .option('--vault-password-file <file>', 'file or script with the vault password; may repeat', collect)
    .addOption(new Option('--vault-pass-file <file>').argParser(collect).hideHelp());
}

function addOutput(command: Command): void {
  command
    .addOption(
      new Option('-v, --verbose', 'say more (-vv, -vvv)')
        .argParser((_: unknown, before: number) => before + 1)
        .default(0, ''),
    )
    .option('--json', 'events as JSON lines on standard output')
    .option('--plain', 'plain lines, also on a terminal')
    .option('--log-file <file>', 'append a full log')
    .option('--profile', 'say at the end where the time went')
    .addOption(new Option('-M, --module-path <path>').argParser(collect).hideHelp());
}

const GROUPS: readonly (readonly [heading: string, add: (command: Command) => void])[] = [
  ['Which hosts and tasks:', addSelection],
  ['How the run goes:', addRunning],
  ['Connection:', addConnection],
  ['Other users and secrets:', addSecrets],
  ['What is shown:', addOutput],
];

/** Adds the flags of a run to a command. */
export function addRunFlags(command: Command): Command {
  for (const [heading, add] of GROUPS) {
    command.optionsGroup(heading);
    add(command);
  }
  return command.allowExcessArguments(true);
}

/** What a command that changes nothing takes as every run does, and has no use for. */
const OF_CHANGES = new Set(
  (
    'tags skip-tags start-at-task step check diff force-handlers flush-cache wait take-lock syntax-check list-hosts ' +
    'list-tasks list-tags profile'
  ).split(' '),
);

/** Flags and one line of help. */
export type OwnOption = readonly [flags: string, help: string];

/** `toa-play NAME`, a command that looks at hosts or files: its own options first, then what of a run's matters to it. */
export function lookingCommand(name: string, own: readonly OwnOption[] = []): Command {
  const command = ours(new Command(`toa-play ${name}`));
  for (const [flags, help] of own) command.option(flags, help);
  addRunFlags(command);
  for (const option of command.options) if (OF_CHANGES.has(option.long?.slice(2) ?? '')) option.hideHelp();
  return command;
}

/** The parsed options of commander as RunFlags. */
export function runFlags(raw: Record<string, unknown>): RunFlags {
  const all = (name: string): string[] => (raw[name] as string[] | undefined) ?? [];
  const text = (...names: string[]): string | undefined =>
    names.map((name) => raw[name]).find((v) => v !== undefined) as string;
  const flag = (...names: string[]): boolean => names.some((name) => raw[name] === true);
  return {
    inventory: [...all('inventory'), ...all('inventoryFile')],
    limit: text('limit'),
    extraVars: all('extraVars'),
    tags: all('tags'),
    skipTags: all('skipTags'),
    forks: raw['forks'] as number | undefined,
    check: flag('check'),
    diff: flag('diff'),
    verbose: (raw['verbose'] as number | undefined) ?? 0,
    become: flag('become'),
    becomeMethod: text('becomeMethod'),
    becomeUser: text('becomeUser'),
    askBecomePass: flag('askBecomePass'),
    becomePasswordFile: text('becomePasswordFile', 'becomePassFile'),
    askPass: flag('askPass'),
    connectionPasswordFile: text('connectionPasswordFile', 'connPassFile'),
    user: text('user'),
    connection: text('connection'),
    timeout: raw['timeout'] as number | undefined,
    privateKey: text('privateKey', 'keyFile'),
    sshCommonArgs: text('sshCommonArgs'),
    sshExtraArgs: text('sshExtraArgs'),
    vaultIds: all('vaultId'),
    vaultPasswordFiles: [...all('vaultPasswordFile'), ...all('vaultPassFile')],
    askVaultPass: flag('askVaultPass', 'askVaultPassword'),
    forceHandlers: flag('forceHandlers'),
    flushCache: flag('flushCache'),
    listHosts: flag('listHosts'),
    listTasks: flag('listTasks'),
    listTags: flag('listTags'),
    syntaxCheck: flag('syntaxCheck'),
    step: flag('step'),
    startAtTask: text('startAtTask'),
    json: flag('json'),
    plain: flag('plain'),
    acceptNew: flag('acceptNew'),
    logFile: text('logFile'),
    profile: flag('profile'),
    wait: raw['wait'] as number | undefined,
    takeLock: flag('takeLock'),
  };
}

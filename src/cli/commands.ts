import { didYouMean, ToaError } from '../base/errors.ts';
import { writeOutput } from './output.ts';

/** A subcommand: arguments to exit status. */
export type Run = (args: string[]) => Promise<number>;

export interface CommandEntry {
  /** After `toa-play`, as the help page shows it. */
  readonly usage: string;
  readonly summary: string;
  /** What its first words are, for completion. */
  readonly takes?: 'playbooks' | 'verbs' | 'host-verb' | readonly string[];
  /** Each is loaded when it is asked for: --help and doc need neither ssh2 nor the engine. */
  readonly load: () => Promise<Run>;
}

/** All subcommands in the order of the help page. */
export const SUBCOMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: {
    usage: 'run HOSTS VERB [ARGS]',
    summary: "one verb (run web1 toa_verify), or a command line (run web 'uname -r')",
    takes: 'host-verb',
    load: async () => (await import('./one-verb/command.ts')).oneVerbCommand,
  },
  plan: {
    usage: 'plan',
    summary: 'which receiver each host would get, and why; touches nothing',
    load: async () => (await import('./receiver-plan.ts')).receiverPlanCommand,
  },
  status: {
    usage: 'status',
    summary: 'which receiver each host has, whether it works and was proved; touches nothing',
    load: async () => (await import('./status/command.ts')).statusCommand,
  },
  explain: {
    usage: 'explain HOST [PORT]',
    summary: 'why a service still shows the balancer, and what to do; changes nothing',
    load: async () => (await import('./explain/command.ts')).explainCommand,
  },
  doc: {
    usage: 'doc [VERB]',
    summary: "a verb's arguments (doc site.yml: a playbook's variables)",
    takes: 'verbs',
    load: async () => {
      const { docText } = await import('./doc.ts');
      return async (args) => {
        writeOutput(docText(args));
        return 0;
      };
    },
  },
  inventory: {
    usage: 'inventory --list',
    summary: 'the inventory as it is understood (--graph, --host NAME)',
    load: async () => (await import('./inventory.ts')).inventoryCommand,
  },
  cache: {
    usage: 'cache ls',
    summary: 'the modules that builders made (prune, export FILE, import FILE)',
    takes: ['ls', 'prune', 'export', 'import'],
    load: async () => (await import('./cache/command.ts')).cacheCommand,
  },
  vault: {
    usage: 'vault VERB FILE',
    summary: 'create, view, edit, encrypt, decrypt, rekey, encrypt_string',
    takes: ['create', 'view', 'edit', 'encrypt', 'decrypt', 'rekey', 'encrypt_string'],
    load: async () => (await import('./vault/command.ts')).vaultCommand,
  },
  doctor: {
    usage: 'doctor PLAYBOOK...',
    summary: 'everything in playbooks and inventory that is not supported; touches nothing',
    takes: 'playbooks',
    load: async () => (await import('./doctor/command.ts')).doctorCommand,
  },
  completion: {
    usage: 'completion SHELL',
    summary: 'completion for bash, zsh or fish: source <(toa-play completion bash)',
    takes: ['bash', 'zsh', 'fish'],
    load: async () => (await import('./about/completion.ts')).completionCommand,
  },
  version: {
    usage: 'version [--verbose]',
    summary: 'the version; with --verbose what it is made of, with SHA-256 sums',
    takes: ['--verbose'],
    load: async () => (await import('./about/version.ts')).versionCommand,
  },
  help: {
    usage: 'help [COMMAND]',
    summary: 'this page, or that of a command',
    load: async () => helpCommand,
  },
};

/** `toa-play help [COMMAND]`: what `--help` says. */
const helpCommand: Run = async ([name]) => {
  const { runMain } = await import('./main.ts');
  if (name !== undefined && !Object.hasOwn(SUBCOMMANDS, name)) {
    throw new ToaError('E_USAGE', `there is no command ${name}.${didYouMean(name, Object.keys(SUBCOMMANDS))}`, {
      remedy: 'toa-play help lists all; toa-play doc VERB shows a verb',
    });
  }
  return runMain(name === undefined || name === 'help' ? ['--help'] : [name, '--help']);
};

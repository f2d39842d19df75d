import { Command, type Option } from 'commander';
import { ToaError } from '../../base/errors.ts';
import { buildCatalog } from '../catalog.ts';
import { type CommandEntry, SUBCOMMANDS } from '../commands.ts';
import { addRunFlags } from '../options.ts';
import { writeOutput } from '../output.ts';
import { ours, parse } from '../parse.ts';

/** What a shell is told; words have letters, digits, - and _ only, so that no shell reads more into them. */
interface Words {
  readonly commands: readonly (readonly [name: string, entry: CommandEntry])[];
  /** The first words of commands that take others than files. */
  readonly first: readonly (readonly [name: string, words: string])[];
  readonly options: readonly Option[];
}

/** The first words of a command; empty where they are files. */
function firstWords({ takes }: CommandEntry, verbs: readonly string[]): string {
  if (takes === 'verbs' || takes === 'host-verb') return verbs.join(' ');
  return Array.isArray(takes) ? takes.join(' ') : '';
}

function words(): Words {
  const options = addRunFlags(new Command()).options.filter((option) => !option.hidden);
  const commands = Object.entries(SUBCOMMANDS);
  const verbs = [...buildCatalog().verbs.keys()].sort();
  const first = commands.map(([name, entry]) => [name, firstWords(entry, verbs)] as const);
  return { commands, first: first.filter(([, theirs]) => theirs !== ''), options };
}

const flagsOf = (option: Option): string[] => [option.short, option.long].filter((flag) => flag !== undefined);
const allFlags = ({ options }: Words): string => [...options.flatMap(flagsOf), '--help'].join(' ');
/** Whether a file's name is wanted after an option. */
const takesFile = ({ flags }: Option): boolean => /<(?:file|source)>$/.test(flags);

function bash(all: Words): string {
  const cases = all.first.map(([name, theirs]) => `    ${name}) words='${theirs}' ;;`);
  return `# completion of toa-play for bash: source <(toa-play completion bash)
_toa_play() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} words=''
  COMPREPLY=()
  case $before in
    ${all.options.filter(takesFile).flatMap(flagsOf).join(' | ')}) compopt -o default; return ;;
  esac
  case $word in
    -*) mapfile -t COMPREPLY < <(compgen -W '${allFlags(all)}' -- "$word"); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${all.commands.map(([name]) => name).join(' ')}'
  else
    case \${COMP_WORDS[1]} in
${cases.join('\n')}
    help) words='${all.commands.map(([name]) => name).join(' ')}' ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  compopt -o default
}
complete -F _toa_play toa-play
`;
}

/** Text inside single quotes of zsh's and fish's scripts, where : and [ mean something to _arguments and _describe. */
const told = (text: string): string =>
  text
    .replaceAll("'", '’')
    .replaceAll(':', ';')
    .replaceAll(/[[\]\\]/g, '');

function zsh(all: Words): string {
  const described = all.commands.map(([name, { summary }]) => `    '${name}:${told(summary)}'`);
  const options = all.options.flatMap((option) =>
    flagsOf(option).map((flag) => {
      const value = !option.required ? '' : takesFile(option) ? ':file:_files' : ':value: ';
      return `    '*${flag}[${told(option.description)}]${value}'`;
    }),
  );
  const cases = all.first.map(([name, theirs]) => `        ${name}) compadd -- ${theirs} ;;`);
  return `#compdef toa-play
# completion of toa-play for zsh: a file _toa_play in a folder of $fpath, or: source <(toa-play completion zsh)
_toa_play() {
  local -a commands options
  commands=(
${described.join('\n')}
  )
  options=(
${options.join('\n')}
  )
  local state
  _arguments $options '1: :->first' '*: :->more'
  case $state in
    first)
      _describe command commands
      _files -g '*.(yml|yaml)'
      ;;
    more)
      case $words[2] in
${cases.join('\n')}
        *) _files ;;
      esac
      ;;
  esac
}
if [ "$funcstack[1]" = _toa_play ]; then _toa_play "$@"; else compdef _toa_play toa-play; fi
`;
}

function fish(all: Words): string {
  const commands = all.commands.map(
    ([name, { summary }]) => `complete -c toa-play -n __fish_use_subcommand -a ${name} -d '${told(summary)}'`,
  );
  const more = all.first.map(
    ([name, theirs]) => `complete -c toa-play -n '__fish_seen_subcommand_from ${name}' -f -a '${theirs}'`,
  );
  const options = all.options.map((option) => {
    const short = option.short ? ` -s ${option.short.slice(1)}` : '';
    const long = option.long ? ` -l ${option.long.slice(2)}` : '';
    return `complete -c toa-play${short}${long}${option.required ? ' -r' : ''} -d '${told(option.description)}'`;
  });
  return `# completion of toa-play for fish: toa-play completion fish > ~/.config/fish/completions/toa-play.fish
${[...commands, ...more, ...options].join('\n')}
`;
}

const SHELLS: Readonly<Record<string, (all: Words) => string>> = { bash, zsh, fish };

/** `toa-play completion SHELL`: a script for that shell. @throws ToaError E_USAGE for a shell that we have none for */
export async function completionCommand(args: string[]): Promise<number> {
  const program = ours(new Command('toa-play completion'))
    .usage('bash|zsh|fish')
    .description('Prints a script that completes commands, options and verbs: source <(toa-play completion bash)')
    .argument('[shell]');
  parse(program, args);
  const [shell = ''] = program.args;
  if (!Object.hasOwn(SHELLS, shell)) {
    throw new ToaError('E_USAGE', `there is no completion for ${shell === '' ? 'no shell' : shell}`, {
      remedy: `toa-play completion ${Object.keys(SHELLS).join('|')}`,
    });
  }
  writeOutput(SHELLS[shell](words()));
  return 0;
}

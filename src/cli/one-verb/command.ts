import { join } from 'node:path';
import { Command } from 'commander';
import { didYouMean, ToaError } from '../../base/errors.ts';
import { playbookLoader } from '../../play/playbook/index.ts';
import type { Sources } from '../../play/sources.ts';
import { ours, parse } from '../parse.ts';
import { addRunFlags, runFlags } from '../options.ts';
import { execute, type Prepared, prepare } from '../playbook.ts';

/** No such file exists: its folder is where group_vars, host_vars and files to copy are looked for. */
const oneVerbFile = (): string => join(process.cwd(), 'toa-play-run.yml');

/** Words as on a command line: quotes are kept around text with spaces, since the playbook parser reads them again. */
function quoteWord(word: string): string {
  const at = word.indexOf('=');
  if (!/\s/.test(word) || at < 0) return word;
  return `${word.slice(0, at + 1)}"${word.slice(at + 1).replaceAll('"', '\\"')}"`;
}

/** One word with blanks is a command line; a verb has none. */
const isCommandLine = (word: string): boolean => /\s/.test(word.trim());

/** A playbook of one play and one task, as text (JSON is YAML), so that everything is parsed and checked as usual. */
function oneVerbPlaybook(hosts: string, verb: string, words: readonly string[]): string {
  const task = isCommandLine(verb)
    ? { name: verb, shell: { cmd: verb } }
    : { name: verb, action: [verb, ...words.map(quoteWord)].join(' ') };
  return JSON.stringify([{ name: `${verb} on ${hosts}`, hosts, gather_facts: false, tasks: [task] }]);
}

/** The usual sources, and one file that exists only here. */
function withFile(sources: Sources, file: string, text: string): Sources {
  return {
    ...sources,
    read: (path) => (path === file ? Buffer.from(text) : sources.read(path)),
    kind: (path) => (path === file ? 'file' : sources.kind(path)),
  };
}

const COMMAND_LINE = "a command line is one word in quotes: toa-play run HOSTS 'uname -r'";

/** `uname -r` without quotes: the shell gave us an option that is the command's. */
function read(program: Command, args: string[]): void {
  try {
    parse(program, args);
  } catch (error) {
    if (!(error instanceof ToaError) || !/unknown option/.test(error.message)) throw error;
    throw new ToaError('E_USAGE', error.message, { remedy: `${error.details.remedy}; ${COMMAND_LINE}` });
  }
}

/** @throws ToaError E_USAGE where words of a command line are not in quotes, or a verb is not known */
function checkVerb(verb: string, words: readonly string[], { world }: Prepared): void {
  if (isCommandLine(verb)) {
    if (words.length === 0) return;
    throw new ToaError('E_USAGE', `after the command line ${JSON.stringify(verb)} stands ${words[0]}`, {
      remedy: COMMAND_LINE,
    });
  }
  if (world.catalog.canonical(verb) !== undefined) return;
  throw new ToaError('E_USAGE', `there is no verb ${verb}.${didYouMean(verb, world.catalog.names())}`, {
    remedy: `\`toa-play doc\` lists the verbs; ${COMMAND_LINE}`,
  });
}

/** `toa-play run HOSTS VERB [ARGS]`: one verb on some hosts, with all flags of a run. */
export async function oneVerbCommand(args: string[]): Promise<number> {
  const program = addRunFlags(ours(new Command('toa-play run')))
    .usage("[options] HOSTS VERB [name=value...]\n       toa-play run [options] HOSTS 'COMMAND LINE'")
    .description(
      'Runs one verb, or a command line, on hosts, without a playbook, and shows what came back. ' +
        "`toa-play doc VERB` shows a verb's arguments.",
    )
    .argument('[words...]');
  read(program, args);
  const [hosts, verb, ...words] = program.args;
  if (!hosts || !verb) {
    throw new ToaError('E_USAGE', 'hosts and a verb are wanted', {
      remedy: "toa-play run web1 toa_verify, or toa-play run web1 'uname -r'",
    });
  }
  const file = oneVerbFile();
  const prepared = await prepare([], runFlags(program.opts()));
  checkVerb(verb, words, prepared);
  const context = {
    ...prepared.context,
    sources: withFile(prepared.context.sources, file, oneVerbPlaybook(hosts, verb, words)),
  };
  const plays = playbookLoader.loadPlaybook(file, context);
  return (await execute({ ...prepared, plans: [{ file, plays }] }, [], { isAnswer: true })).exitCode;
}

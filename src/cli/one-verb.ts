import { join } from 'node:path';
import { Command } from 'commander';
import { ToaError } from '../base/errors.ts';
import { playbookLoader } from '../play/playbook/index.ts';
import type { Sources } from '../play/sources.ts';
import { parse } from './parse.ts';
import { addRunFlags, runFlags } from './options.ts';
import { execute, prepare } from './playbook.ts';

/** No such file exists: its folder is where group_vars, host_vars and files to copy are looked for. */
const oneVerbFile = (): string => join(process.cwd(), 'toa-play-run.yml');

/** Words as on a command line: quotes are kept around text with spaces, since the playbook parser reads them again. */
function quoteWord(word: string): string {
  const at = word.indexOf('=');
  if (!/\s/.test(word) || at < 0) return word;
  return `${word.slice(0, at + 1)}"${word.slice(at + 1).replaceAll('"', '\\"')}"`;
}

/** A playbook of one play and one task, as text (JSON is YAML), so that everything is parsed and checked as usual. */
function oneVerbPlaybook(hosts: string, verb: string, words: readonly string[]): string {
  const action = [verb, ...words.map(quoteWord)].join(' ');
  return JSON.stringify([{ name: `${verb} on ${hosts}`, hosts, gather_facts: false, tasks: [{ name: verb, action }] }]);
}

/** The usual sources, and one file that exists only here. */
function withFile(sources: Sources, file: string, text: string): Sources {
  return {
    ...sources,
    read: (path) => (path === file ? Buffer.from(text) : sources.read(path)),
    kind: (path) => (path === file ? 'file' : sources.kind(path)),
  };
}

/** `toa-play run HOSTS VERB [ARGS]`: one verb on some hosts, with all flags of a run. */
export async function oneVerbCommand(args: string[]): Promise<number> {
  const program = addRunFlags(new Command('toa-play run'))
    .usage('[options] HOSTS VERB [name=value...]')
    .description('Runs one verb on hosts, without a playbook. `toa-play doc VERB` shows its arguments.')
    .argument('[words...]')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  parse(program, args);
  const [hosts, verb, ...words] = program.args;
  if (!hosts || !verb) {
    throw new ToaError('E_USAGE', 'hosts and a verb are wanted', { remedy: 'toa-play run web1 toa_verify' });
  }
  const file = oneVerbFile();
  const prepared = await prepare([], runFlags(program.opts()));
  const context = {
    ...prepared.context,
    sources: withFile(prepared.context.sources, file, oneVerbPlaybook(hosts, verb, words)),
  };
  const plays = playbookLoader.loadPlaybook(file, context);
  return (await execute({ ...prepared, plans: [{ file, plays }] })).exitCode;
}

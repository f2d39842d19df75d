import { join } from 'node:path';
import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { pythonRegex } from '../../src/base/python-regex.ts';
import * as args from '../shared/args.ts';
import { attributeVars, fileFacts } from '../shared/files/files.ts';
import { place, PLACE_SCRIPTS } from '../shared/files/place.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    src: args.path(),
    dest: args.path(),
    backup: args.bool().default(false),
    delimiter: args.str().optional(),
    remote_src: args.bool().default(true),
    regexp: args.str().optional(),
    ignore_hidden: args.bool().default(false),
    validate: args.str().optional(),
    decrypt: args.bool().default(true),
    ...args.fileAttributes,
  });
type AssembleArgs = z.output<ReturnType<typeof schema>>;

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'", '0': '\0' };

/** The delimiter with its escapes (`\n`) resolved, as Ansible does. */
function delimiterOf(given: AssembleArgs): string {
  return (given.delimiter ?? '').replace(/\\([ntr0\\"'])/g, (_, letter: string) => ESCAPES[letter]);
}

/** Fragments one after the other; each but the last ends its line. */
function joinFragments(fragments: readonly Uint8Array[], delimiter: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  const newline = Buffer.from('\n');
  fragments.forEach((fragment, at) => {
    if (at > 0) {
      if (fragments[at - 1].length > 0 && fragments[at - 1].at(-1) !== 10) pieces.push(newline);
      if (delimiter !== '') pieces.push(Buffer.from(delimiter.endsWith('\n') ? delimiter : `${delimiter}\n`));
    }
    pieces.push(fragment);
  });
  return Buffer.concat(pieces);
}

function wanted(names: readonly string[], given: AssembleArgs): string[] {
  const regex = given.regexp === undefined ? undefined : pythonRegex(given.regexp);
  return names.filter((name) => !(given.ignore_hidden && name.startsWith('.')) && (!regex || regex.test(name)));
}

async function fromController(given: AssembleArgs, context: TaskContext): Promise<ModuleResult> {
  const { controller } = context;
  const folder = context.findFile('files', given.src);
  if ((await controller.stat(folder))?.type !== 'directory') return failure(`Source (${folder}) is not a directory`);
  const fragments: Uint8Array[] = [];
  for (const name of wanted(await controller.list(folder), given)) {
    const path = join(folder, name);
    if ((await controller.stat(path))?.type !== 'file') continue;
    fragments.push(await (given.decrypt ? controller.readDecrypted(path) : controller.read(path)));
  }
  const data = joinFragments(fragments, delimiterOf(given));
  const { dest, backup, validate } = given;
  const options = { dest, name: '', data, force: true, backup, follow: true, validate, attributes: given };
  return { ...(await place(options, context)), src: given.src, msg: 'OK' };
}

async function fromHost(given: AssembleArgs, context: TaskContext): Promise<ModuleResult> {
  const { src, dest, backup, validate, ignore_hidden } = given;
  const base = { verb: 'assemble', scripts: PLACE_SCRIPTS };
  let names: string[] | undefined;
  if (given.regexp !== undefined) {
    const listed = await remote(context, { ...base, fn: 'assemble_names', vars: { src, ignore_hidden } });
    if (!listed.ok) return listed.failed;
    names = wanted(listed.answer.stdout.split('\n').filter(Boolean), given);
  }
  const delimiter = delimiterOf(given);
  const vars = {
    ...attributeVars(given, context.check),
    src,
    dest,
    name: '',
    backup,
    validate,
    ignore_hidden,
    directory_mode: '',
    have: true,
    force: true,
    follow: true,
    unsafe: given.unsafe_writes ? 'unsafe' : '',
    chosen: names !== undefined,
    names: (names ?? []).map((name) => `${name}\n`).join(''),
    // $(...) and variables keep no newline at the end of what they hold by themselves
    delimiter: delimiter.replace(/\n$/, ''),
    delimiter_newline: delimiter !== '',
  };
  const reply = await remote(context, { ...base, vars });
  if (!reply.ok) return reply.failed;
  const { said } = reply;
  const copied = said.get('backup_file');
  return {
    changed: said.is('changed'),
    src,
    dest: said.get('dest') ?? dest,
    checksum: said.get('sum'),
    md5sum: said.get('md5'),
    ...fileFacts(said),
    ...(copied ? { backup_file: copied } : {}),
    msg: 'OK',
  };
}

export const verb = defineVerb({
  name: 'assemble',
  summary: 'Makes one file of the fragments in a folder',
  args: schema,
  beyond: ['controller-file'],
  check: 'full',
  diff: true,
  hostLocal: true,
  run: (given, context) => (given.remote_src ? fromHost(given, context) : fromController(given, context)),
});

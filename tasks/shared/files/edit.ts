import { type Diff, failure, type ModuleResult } from '../../../src/base/result.ts';
import type { CallResult } from '../../../src/host/contract.ts';
import { Answer, failedCall, verbScript } from '../answer.ts';
import {
  attributeModes,
  attributeVars,
  CONTENT_SH,
  contentCall,
  FILE_SCRIPTS,
  textDiff,
  validateObjection,
  validateWords,
} from './files.ts';
import { keepLeft, leftAt, type Original, originalOf, originalVars } from './original.ts';
import { shellVars, type VarValue } from '../remote.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

const EDIT_SH = verbScript('shared/files', 'edit.sh');
const MARK = Buffer.from('--before--\n');
/** Status of edit_write and edit_attributes when the file is not what it was. */
const CHANGED_MEANWHILE = 75;

/** What an edit decides: a new text (or none, when nothing is to change), and words for the result. */
export interface Edit {
  readonly text?: string;
  readonly msg: string;
  readonly extra?: Partial<ModuleResult>;
}

export interface EditOptions {
  readonly path: string;
  readonly create: boolean;
  readonly backup: boolean;
  readonly validate?: string;
  readonly attributes: Parameters<typeof attributeVars>[0] & { unsafe_writes?: boolean };
  /** What the diff calls the text; default: `PATH (content)`. */
  readonly label?: string;
  /** The result always has a list of two diffs, as lineinfile's: the text (empty without --diff), then the attributes. */
  readonly attributeDiff?: boolean;
  /** A verb's own shell half: its files, its variables, a function before the text is read, one after the write. */
  readonly scripts?: readonly string[];
  readonly vars?: Readonly<Record<string, VarValue>>;
  readonly prepare?: string;
  readonly after?: string;
  /** Whether `after` is needed though the text stays, by what `prepare` said. */
  readonly always?: (said: Answer) => boolean;
}

/** Where an edit begins. */
interface Begin {
  readonly original: Original;
  /** By `prepare`. */
  readonly said: Answer;
  /** It was not read but left by the edit before, and has to be compared with the file also where the text stays. */
  readonly isKept: boolean;
}

/** What the calls of an edit share. A verb's own half may do what a shell does not survive: it gets a subshell. */
const callOf = (options: EditOptions): { readonly scripts: readonly string[]; readonly inPlace: boolean } => ({
  scripts: [...FILE_SCRIPTS, CONTENT_SH, EDIT_SH, ...(options.scripts ?? [])],
  inPlace: options.scripts === undefined,
});

function own(options: EditOptions, context: TaskContext): Record<string, string> {
  return { ...shellVars(options.vars ?? {}), check: context.check ? '1' : '', after: options.after ?? '' };
}

async function read(options: EditOptions, context: TaskContext): Promise<Begin | ModuleResult> {
  const vars = { ...own(options, context), prepare: options.prepare ?? '', path: options.path };
  const call = { ...callOf(options), fn: 'edit_read', vars, bringsFile: true };
  const answer = await context.call(call);
  if (answer.rc !== 0) return failedCall(answer, { rc: 256 });
  const bytes = Buffer.from(answer.stdoutBytes);
  const at = bytes.indexOf(MARK);
  const said = new Answer(bytes.subarray(0, at < 0 ? bytes.length : at).toString());
  const content = at < 0 ? new Uint8Array() : bytes.subarray(at + MARK.length);
  const original = originalOf(said.get('path') ?? options.path, said.is('exists'), content);
  return { original, said, isKept: false };
}

/** A result, and what was said while attributes were set. */
interface Done {
  readonly result: ModuleResult;
  readonly said?: Answer;
}

const ATTRIBUTES_CHANGED = 'ownership, perms or SE linux context changed';

const hasAttributes = (options: EditOptions): boolean =>
  Object.entries(attributeVars(options.attributes, false)).some(([, value]) => value !== '');

const conflict = (answer: CallResult): ModuleResult =>
  failedCall(answer, { code: 'E_EDIT_CONFLICT', remedy: 'run the playbook again; nothing was written' });

/** The trip where the text stays: only when there are attributes to look after, or the text was not read. */
async function attributesOnly(
  options: EditOptions,
  edit: Edit,
  { original, said: before, isKept }: Begin,
  context: TaskContext,
): Promise<Done> {
  const always = options.always?.(before) ?? false;
  const unchanged = { changed: false, msg: edit.msg, backup: '', ...edit.extra };
  if (!always && !isKept && (!hasAttributes(options) || !original.exists)) return { result: unchanged };
  const attributes = attributeVars(options.attributes, context.check);
  const answer = await context.call({
    ...callOf(options),
    fn: 'edit_attributes',
    vars: {
      ...own(options, context),
      ...(always ? {} : { after: '' }),
      ...attributes,
      ...(isKept ? originalVars(original, true) : { old: '' }),
      path: options.path,
    },
  });
  if (answer.rc === CHANGED_MEANWHILE) return { result: conflict(answer) };
  if (answer.rc !== 0) return { result: failedCall(answer) };
  const said = new Answer(answer.stdout);
  const changed = said.is('changed');
  const msg = changed && !always ? ATTRIBUTES_CHANGED : edit.msg;
  return { result: { ...unchanged, changed, msg }, said };
}

/** What the edit would do under --check. */
async function pretend(options: EditOptions, edit: Edit, begin: Begin, context: TaskContext): Promise<Done> {
  const { result, said } = await attributesOnly({ ...options, always: undefined }, edit, begin, context);
  if (result.failed) return { result };
  return { result: { ...result, changed: true, msg: withAttributes(edit.msg, said) }, said };
}

const withAttributes = (msg: string, said: Answer | undefined): string =>
  said?.is('changed') ? `${msg} and ${ATTRIBUTES_CHANGED}` : msg;

/** Pure: the present text (empty when there is no file) to the new one. */
type Decide = (text: string, exists: boolean, said: Answer) => Edit;

/**
 * Edits the text of a file on the controller: one trip to read it, one to write it, and the write only happens when the
 * file is still what was read (E_EDIT_CONFLICT otherwise). Nothing is written when the edit changes nothing. A file that
 * the edit before left needs not be read again: one trip tells whether it is still so, and writes.
 */
export async function editFile(options: EditOptions, decide: Decide, context: TaskContext): Promise<ModuleResult> {
  const objection = validateObjection(options.validate);
  if (objection !== undefined) return failure(objection);
  const isSimple = options.prepare === undefined && !context.check;
  const original = isSimple ? leftAt(await context.shell(), options.path) : undefined;
  if (original) {
    const result = await editText(options, decide, { original, said: new Answer(''), isKept: true }, context);
    if (result.code !== 'E_EDIT_CONFLICT') return result;
  }
  const begin = await read(options, context);
  return 'original' in begin ? editText(options, decide, begin as Begin, context) : begin;
}

async function editText(
  options: EditOptions,
  decide: Decide,
  begin: Begin,
  context: TaskContext,
): Promise<ModuleResult> {
  const { original, said } = begin;
  const { exists } = original;
  if (!exists && !options.create) return failure(`Destination ${original.path} does not exist !`, { rc: 257 });
  const edit = decide(original.text, exists, said);
  const stays = edit.text === undefined || (edit.text === original.text && exists);
  const done = stays
    ? await attributesOnly(options, edit, begin, context)
    : context.check
      ? await pretend(options, edit, begin, context)
      : await write(options, edit, begin, context);
  if (done.result.failed) return done.result;
  return { ...done.result, ...diffsOf(options, edit, original, done, context) };
}

function diffsOf(
  options: EditOptions,
  edit: Edit,
  original: Original,
  { result, said }: Done,
  context: TaskContext,
): { diff?: Diff | Diff[] } {
  const label = options.label ?? `${original.path} (content)`;
  const { text } = edit;
  if (!options.attributeDiff) {
    return context.diff && result.changed && text !== undefined ? { diff: textDiff(label, original.text, text) } : {};
  }
  const content = context.diff ? textDiff(label, original.text, text ?? original.text) : textDiff(label, '', '');
  if (context.check && !original.exists) return { diff: content };
  const header = `${original.path} (file attributes)`;
  const { before, after } = said?.first('before_mode') ? attributeModes(said) : {};
  return { diff: [content, { before_header: header, after_header: header, ...(before ? { before, after } : {}) }] };
}

async function write(
  options: EditOptions,
  edit: Edit,
  { original, isKept }: Begin,
  context: TaskContext,
): Promise<Done> {
  const vars = {
    ...own(options, context),
    ...attributeVars(options.attributes, false),
    ...originalVars(original, isKept),
    path: options.path,
    backup: options.backup ? '1' : '',
    validate: validateWords(options.validate),
    unsafe: options.attributes.unsafe_writes ? 'unsafe' : '',
  };
  const data = Buffer.from(edit.text as string, original.encoding);
  const content = contentCall(data);
  const answer = await context.call({
    ...callOf(options),
    fn: 'edit_write',
    ...content,
    vars: { ...vars, ...content.vars },
  });
  if (answer.rc === CHANGED_MEANWHILE) return { result: conflict(answer) };
  if (answer.rc !== 0) return { result: failedCall(answer) };
  keepLeft(await context.shell(), options.path, original, data);
  const said = new Answer(answer.stdout);
  const backup = said.get('backup_file') ?? '';
  return { result: { changed: true, msg: withAttributes(edit.msg, said), backup, ...edit.extra }, said };
}

/** `backup_file`, as most verbs name it, and only where there is one. */
export function backupFile({ backup, ...result }: ModuleResult): ModuleResult {
  return backup ? { ...result, backup_file: backup } : result;
}

/** A text as lines with their ends kept, as Python's readlines gives them. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

import { createHash } from 'node:crypto';
import { exactText } from '../../src/base/exact-text.ts';
import { type Diff, failure, type ModuleResult } from '../../src/base/result.ts';
import {
  Answer,
  attributeModes,
  attributeVars,
  CONTENT_SH,
  contentCall,
  FILES_SH,
  failedCall,
  textDiff,
  validateObjection,
  verbScript,
} from './files.ts';
import { shellVars, type VarValue } from './remote.ts';
import type { TaskContext } from './verb.ts';

const EDIT_SH = verbScript('shared', 'edit.sh');
const MARK = Buffer.from('--before--\n');
/** Bytes that toa_holds compares. */
const SHORT = 1024;
/** Status of edit_write when the file changed in between. */
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
  /** A verb's own shell half: its files, its variables, a function before the text is read, one behind the write. */
  readonly scripts?: readonly string[];
  readonly vars?: Readonly<Record<string, VarValue>>;
  readonly prepare?: string;
  readonly after?: string;
  /** Whether `after` is needed though the text stays, by what `prepare` said. */
  readonly always?: (said: Answer) => boolean;
}

interface Original {
  readonly exists: boolean;
  readonly text: string;
  /** The text, where the host can compare it without a process (toa_holds). */
  readonly short?: string;
  readonly sum: string;
  readonly path: string;
}

// latin1 keeps every byte of a file that is not UTF-8; the round trip changes nothing that the edit did not
function decode(bytes: Uint8Array): { text: string; encoding: BufferEncoding } {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  return text.includes('\ufffd') ? { text: buffer.toString('latin1'), encoding: 'latin1' } : { text, encoding: 'utf8' };
}

const scriptsOf = (options: EditOptions): string[] => [FILES_SH, CONTENT_SH, EDIT_SH, ...(options.scripts ?? [])];

function own(options: EditOptions, context: TaskContext): Record<string, string> {
  return { ...shellVars(options.vars ?? {}), check: context.check ? '1' : '', after: options.after ?? '' };
}

async function read(
  options: EditOptions,
  context: TaskContext,
): Promise<{ original: Original; encoding: BufferEncoding; said: Answer } | ModuleResult> {
  const vars = { ...own(options, context), prepare: options.prepare ?? '', path: options.path };
  const call = { scripts: scriptsOf(options), fn: 'edit_read', vars };
  const answer = await context.call(call);
  if (answer.rc !== 0) return failedCall(answer, { rc: 256 });
  const bytes = Buffer.from(answer.stdoutBytes);
  const at = bytes.indexOf(MARK);
  const said = new Answer(bytes.subarray(0, at < 0 ? bytes.length : at).toString());
  const content = at < 0 ? new Uint8Array() : bytes.subarray(at + MARK.length);
  const { text, encoding } = decode(content);
  const original = {
    exists: said.is('exists'),
    text,
    short: content.length <= SHORT ? exactText(content) : undefined,
    sum: createHash('sha1').update(content).digest('hex'),
    path: said.get('path') ?? options.path,
  };
  return { original, encoding, said };
}

/** A result, and what was said while attributes were set. */
interface Done {
  readonly result: ModuleResult;
  readonly said?: Answer;
}

const ATTRIBUTES_CHANGED = 'ownership, perms or SE linux context changed';

const hasAttributes = (options: EditOptions): boolean =>
  Object.entries(attributeVars(options.attributes, false)).some(([, value]) => value !== '');

/** The trip where the text stays: only when there are attributes to look after. */
async function attributesOnly(
  options: EditOptions,
  edit: Edit,
  got: { readonly exists: boolean; readonly said: Answer },
  context: TaskContext,
): Promise<Done> {
  const always = options.always?.(got.said) ?? false;
  const unchanged = { changed: false, msg: edit.msg, backup: '', ...edit.extra };
  if (!always && (!hasAttributes(options) || !got.exists)) return { result: unchanged };
  const attributes = attributeVars(options.attributes, context.check);
  const answer = await context.call({
    scripts: scriptsOf(options),
    fn: 'edit_attributes',
    vars: { ...own(options, context), ...(always ? {} : { after: '' }), ...attributes, path: options.path },
  });
  if (answer.rc !== 0) return { result: failedCall(answer) };
  const said = new Answer(answer.stdout);
  const changed = said.is('changed');
  const msg = changed && !always ? ATTRIBUTES_CHANGED : edit.msg;
  return { result: { ...unchanged, changed, msg }, said };
}

/** What the edit would do under --check. */
async function pretend(
  options: EditOptions,
  edit: Edit,
  got: { readonly exists: boolean; readonly said: Answer },
  context: TaskContext,
): Promise<Done> {
  const { result, said } = await attributesOnly({ ...options, always: undefined }, edit, got, context);
  if (result.failed) return { result };
  return { result: { ...result, changed: true, msg: withAttributes(edit.msg, said) }, said };
}

const withAttributes = (msg: string, said: Answer | undefined): string =>
  said?.is('changed') ? `${msg} and ${ATTRIBUTES_CHANGED}` : msg;

/**
 * Edits the text of a file on the controller: one trip to read it, one to write it, and the write only happens when the
 * file is still what was read (E_EDIT_CONFLICT otherwise). Nothing is written when the edit changes nothing.
 * @param decide pure: the present text (empty when there is no file) to the new one
 */
export async function editFile(
  options: EditOptions,
  decide: (text: string, exists: boolean, said: Answer) => Edit,
  context: TaskContext,
): Promise<ModuleResult> {
  const objection = validateObjection(options.validate);
  if (objection !== undefined) return failure(objection);
  const got = await read(options, context);
  if (!('original' in got)) return got;
  const { original, encoding, said } = got as { original: Original; encoding: BufferEncoding; said: Answer };
  const { exists } = original;
  if (!exists && !options.create) return failure(`Destination ${original.path} does not exist !`, { rc: 257 });
  const edit = decide(original.text, exists, said);
  const stays = edit.text === undefined || (edit.text === original.text && exists);
  const done = stays
    ? await attributesOnly(options, edit, { exists, said }, context)
    : context.check
      ? await pretend(options, edit, { exists, said }, context)
      : await write(options, edit, original, encoding, context);
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
  original: Original,
  encoding: BufferEncoding,
  context: TaskContext,
): Promise<Done> {
  const vars = {
    ...own(options, context),
    ...attributeVars(options.attributes, false),
    path: options.path,
    old: original.exists ? original.sum : 'none',
    old_text: original.short ?? '',
    old_length: original.short === undefined ? '' : String(Buffer.byteLength(original.short)),
    backup: options.backup ? '1' : '',
    validate: options.validate ?? '',
    unsafe: options.attributes.unsafe_writes ? 'unsafe' : '',
  };
  const content = contentCall(Buffer.from(edit.text as string, encoding));
  const scripts = scriptsOf(options);
  const answer = await context.call({ scripts, fn: 'edit_write', ...content, vars: { ...vars, ...content.vars } });
  if (answer.rc === CHANGED_MEANWHILE) {
    const remedy = 'run the playbook again; nothing was written';
    return { result: failedCall(answer, { code: 'E_EDIT_CONFLICT', remedy }) };
  }
  if (answer.rc !== 0) return { result: failedCall(answer) };
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

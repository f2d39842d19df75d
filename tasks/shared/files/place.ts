import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { ToaError } from '../../../src/base/errors.ts';
import { failure, type Diff, type ModuleResult } from '../../../src/base/result.ts';
import type { CallResult } from '../../../src/host/contract.ts';
import { Answer, failedCall, verbScript } from '../answer.ts';
import {
  attributeModes,
  attributeVars,
  CONTENT_SH,
  contentCall,
  FILE_SCRIPTS,
  fileFacts,
  INLINE_LIMIT,
  textDiff,
  untoldVar,
  validateObjection,
  validateWords,
} from './files.ts';
import { shellVars } from '../remote.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

/** Its shell half, behind FILE_SCRIPTS. */
export const PLACE_SCRIPTS = [CONTENT_SH, verbScript('shared/files', 'place.sh')];
const SCRIPTS = [...FILE_SCRIPTS, ...PLACE_SCRIPTS];

/** A file of the controller that is streamed to the host, never held in memory. */
export interface LocalFile {
  readonly path: string;
  /** SHA-1 in hex. */
  readonly sum: string;
  /** Bytes. */
  readonly size: number;
}

const isLocalFile = (data: Uint8Array | LocalFile): data is LocalFile => 'path' in data;

/** Content for one path on a host, and how it is to be put there. */
export interface Placement {
  readonly dest: string;
  /** File name taken when `dest` is a folder; empty when there is none (copy's `content`). */
  readonly name: string;
  readonly data: Uint8Array | LocalFile;
  readonly force: boolean;
  readonly backup: boolean;
  readonly follow: boolean;
  readonly validate?: string;
  readonly directory_mode?: string;
  readonly attributes: Parameters<typeof attributeVars>[0] & { unsafe_writes?: boolean };
  /** What the diff calls the new text. */
  readonly label?: string;
  /** Part of a tree, whose folders are there by now unless this is --check. */
  readonly in_tree?: boolean;
}

const MARK = '--before--\n';

function split(answer: CallResult): { said: Answer; before?: Uint8Array } {
  const bytes = Buffer.from(answer.stdoutBytes);
  const at = bytes.indexOf(MARK);
  if (at < 0) return { said: new Answer(answer.stdout) };
  return { said: new Answer(bytes.subarray(0, at).toString()), before: bytes.subarray(at + MARK.length) };
}

function variables(placement: Placement, context: TaskContext, sum: string): Record<string, string> {
  return shellVars({
    ...attributeVars(placement.attributes, context.check),
    dest: placement.dest,
    name: placement.name,
    sum,
    length: String(sizeOf(placement.data)),
    force: placement.force,
    backup: placement.backup,
    follow: placement.follow,
    validate: validateWords(placement.validate),
    directory_mode: placement.directory_mode ?? '',
    want_diff: context.diff,
    unsafe: placement.attributes.unsafe_writes ? 'unsafe' : '',
    in_tree: placement.in_tree,
    ...untoldVar(context),
  });
}

/** What toa_mark says. */
const OWNED = /^\d{1,10}\.[0-9a-f-]{1,40}$/;

/** Sends large content into the folder of its destination, so that moving it into place is a rename. */
async function sendLarge(
  placement: Placement,
  context: TaskContext,
  vars: Record<string, string>,
): Promise<CallResult> {
  const call = { scripts: SCRIPTS, fn: 'place_main' };
  const asked = await context.call({ ...call, vars: { ...vars, source: '', have: '' } });
  const said = new Answer(asked.stdout);
  if (asked.rc !== 0 || !said.is('need')) return asked;
  // It differs: an empty sum is equal to none, and the host need not hash the old file again.
  const known = { ...vars, have: '1', sum: '' };
  if (context.check) return context.call({ ...call, vars: { ...known, source: '' }, stdin: '' });
  const { data } = placement;
  context.progress(`sending ${sizeOf(data)} bytes`);
  const shell = await context.shell();
  const folder = said.is('foreign') ? undefined : dirname(said.get('dest') ?? placement.dest);
  try {
    const mark = OWNED.test(said.get('mark') ?? '') ? said.get('mark') : undefined;
    const source = await shell.upload(isLocalFile(data) ? { path: data.path } : { data }, folder, mark);
    return await context.call({ ...call, vars: { ...known, source } });
  } catch (error) {
    // what the host said of its file system is an answer like any other
    if (!(error instanceof ToaError) || error.code !== 'E_UPLOAD') throw error;
    return { rc: 1, stdout: '', stderr: error.message, stdoutBytes: new Uint8Array() };
  }
}

/** One call for small content; large content is compared by its sum first and sent only when it differs. */
function send(placement: Placement, context: TaskContext, vars: Record<string, string>): Promise<CallResult> {
  const { data } = placement;
  if (isLocalFile(data) || data.length > INLINE_LIMIT) return sendLarge(placement, context, vars);
  const call = { scripts: SCRIPTS, fn: 'place_main' };
  const content = contentCall(data);
  return context.call({
    ...call,
    ...content,
    vars: { ...vars, ...content.vars, source: '', have: '1' },
    pipelined: true,
    inPlace: true,
  });
}

const sizeOf = (data: Uint8Array | LocalFile): number => (isLocalFile(data) ? data.size : data.length);
const sumOf = (data: Uint8Array | LocalFile): string =>
  isLocalFile(data) ? data.sum : createHash('sha1').update(data).digest('hex');

/**
 * Puts content at a path on the host: compared by SHA-1, written beside and renamed, attributes kept or set.
 * One round trip (three for content beyond 48 KiB that differs). The result has Ansible's keys of copy and template.
 */
export async function place(placement: Placement, context: TaskContext): Promise<ModuleResult> {
  const { data } = placement;
  const sum = sumOf(data);
  const objection = validateObjection(placement.validate);
  if (objection !== undefined) return failure(objection, { checksum: sum, diff: [] });
  const answer = await send(placement, context, variables(placement, context, sum));
  if (answer.rc !== 0) return failedCall(answer, { checksum: sum, diff: [], ...refusal(answer) });
  const { said, before } = split(answer);
  const dest = said.get('dest') ?? placement.dest;
  const changed = said.is('changed');
  const backup = said.get('backup_file');
  const result: ModuleResult = {
    changed,
    dest,
    checksum: sum,
    ...fileFacts(said),
    ...(said.is('same') ? { path: dest, diff: attributeModes(said, dest) } : {}),
    ...(changed && !said.is('same') && !isLocalFile(data)
      ? { md5sum: createHash('md5').update(data).digest('hex') }
      : {}),
    ...(backup ? { backup_file: backup } : {}),
  };
  if (changed && !said.is('same')) result.diff = context.diff ? [diffOf(placement, dest, before)] : [];
  return result;
}

/** What `validate` said, in copy's words. */
function refusal(answer: CallResult): Partial<ModuleResult> {
  const found = /failed to validate: rc:(\d+) error:([\s\S]*)/.exec(answer.stderr);
  if (!found) return {};
  return { msg: 'failed to validate', exit_status: Number(found[1]), stdout: '', stderr: found[2].trimEnd() };
}

function diffOf(placement: Placement, dest: string, before?: Uint8Array): Diff {
  const { data, label = dest } = placement;
  // a diff of what is not held in memory would have to be: only its size is shown
  if (isLocalFile(data)) return { before: '', after: '', after_header: `${label} (${data.size} bytes)` };
  return textDiff(dest, before ?? '', data, label);
}

/** Which files are missing or differ below `dest`, by their place in `entries`; missing folders are made. One call. */
export async function compareTree(
  dest: string,
  entries: readonly { readonly path: string; readonly sum?: string }[],
  options: { readonly force: boolean; readonly directory_mode?: string; readonly attributes: Placement['attributes'] },
  context: TaskContext,
): Promise<{ answer: CallResult; changed: boolean; needed: number[] }> {
  const vars = {
    ...attributeVars(options.attributes, context.check),
    dest,
    force: options.force ? '1' : '',
    directory_mode: options.directory_mode ?? '',
  };
  const breaks = (path: string): number => path.split('\n').length - 1;
  const stdin = entries.map(({ path, sum }) => `${sum ?? 'd'} ${breaks(path)} ${path}\n`).join('');
  const answer = await context.call({ scripts: SCRIPTS, fn: 'place_tree', vars, stdin });
  const said = new Answer(answer.stdout);
  return { answer, changed: said.is('changed'), needed: said.all('need').map(Number) };
}

import { ToaError } from '../../../src/base/errors.ts';
import { join } from 'node:path';
import { exactText } from '../../../src/base/exact-text.ts';
import { splitWords } from '../../../src/base/shell-words.ts';
import { packageRoot } from '../../../src/base/package-root.ts';
import type { Diff, ModuleResult } from '../../../src/base/result.ts';
import type { Answer } from '../answer.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

/** The shell half that all file verbs share: looking, folders that others may change, sweeping, writing. */
export const FILE_SCRIPTS = ['files.sh', 'foreign.sh', 'sweep.sh', 'write.sh'].map((name) =>
  join(packageRoot(), 'tasks/shared/files', name),
);
/** The shell half of contentCall, behind FILE_SCRIPTS. */
export const CONTENT_SH = join(packageRoot(), 'tasks/shared/files/content.sh');

export type FileType = 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'block' | 'char';

const TYPES: Record<number, FileType> = {
  0x8000: 'file',
  0x4000: 'directory',
  0xa000: 'link',
  0x1000: 'fifo',
  0xc000: 'socket',
  0x6000: 'block',
  0x2000: 'char',
};

export interface FileStat {
  readonly type: FileType;
  /** Four octal digits, as Ansible shows. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  readonly owner: string;
  readonly group: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly inode: number;
  readonly nlink: number;
}

/** What each answer begins with: type, mode, owner, group, size. More may be left out, and names may hold anything. */
const STAT = /^[0-9a-f]+ [0-7]+ \d+ \d+ \d+(?: |$)/;

/** Reads the line of toa_stat. @throws ToaError E_ANSWER */
export function parseStat(line: string | undefined): FileStat | undefined {
  if (!line) return undefined;
  if (!STAT.test(line.trim())) {
    throw new ToaError('E_ANSWER', 'the host says of a file what is no answer', {
      remedy: 'look at the host: what is at its /bin/sh, and its stat or ls, are not what they should be',
    });
  }
  const [raw, mode, uid, gid, size, owner, group, mtime, inode, nlink] = line.trim().split(' ');
  return {
    type: TYPES[Number.parseInt(raw, 16) & 0xf000] ?? 'file',
    mode: mode.padStart(4, '0'),
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    owner: owner === 'UNKNOWN' ? uid : owner,
    group: group === 'UNKNOWN' ? gid : group,
    mtime: Number(mtime),
    inode: Number(inode),
    nlink: Number(nlink),
  };
}

/** Ansible's word for what is there: a file of several names is `hard`. */
export function stateOf({ type, nlink }: FileStat): FileType | 'hard' {
  return type === 'file' && nlink > 1 ? 'hard' : type;
}

/** uid, gid, owner, group, mode, size, state: what Ansible's file verbs return of the file. */
export function fileFacts(answer: Answer): Partial<ModuleResult> {
  const stat = parseStat(answer.get('stat'));
  if (!stat) return {};
  const { uid, gid, owner, group, mode, size } = stat;
  return { uid, gid, owner, group, mode, size, state: stateOf(stat) };
}

const TOLD = ['uid', 'gid', 'owner', 'group', 'mode', 'size', 'state', 'diff'];

/** Set when nobody sees more of a file verb's result than whether it changed: to know more may take a process (ADR 7). */
export function untoldVar(context: TaskContext): { readonly untold: string } {
  return { untold: context.diff || TOLD.some((key) => context.isRead([key])) ? '' : '1' };
}

/** The attribute arguments as shell variables for toa_attributes. */
export function attributeVars(
  args: {
    mode?: string;
    owner?: string;
    group?: string;
    setype?: string;
    seuser?: string;
    serole?: string;
    selevel?: string;
  },
  check: boolean,
): Record<string, string> {
  const { mode, owner, group, setype, seuser, serole, selevel } = args;
  const given = { mode, owner, group, setype, seuser, serole, selevel };
  const vars = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? '']));
  return { ...vars, check: check ? '1' : '' };
}

/** Content as toa_fill takes it: text in a variable, which shell halves can look at; what none can hold on stdin. */
export function contentCall(data: Uint8Array): { vars: Record<string, string>; stdin?: Uint8Array } {
  const content = exactText(data);
  if (content === undefined) return { vars: { inline: '' }, stdin: data };
  return { vars: { inline: '1', content, content_length: String(data.length) } };
}

/** Up to this many bytes a text travels inside the call; beyond, over a channel of its own. */
export const INLINE_LIMIT = 48 * 1024;

/** Before and after texts for --diff; binary content is not shown. */
export function textDiff(path: string, before: Uint8Array | string, after: Uint8Array | string, label = path): Diff {
  const text = (data: Uint8Array | string): string =>
    typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
  if (text(before).includes('\0') || text(after).includes('\0')) {
    return { before: '', after: '', before_header: `${path} (binary)`, after_header: `${label} (binary)` };
  }
  return { before: text(before), after: text(after), before_header: path, after_header: label };
}

/** The mode before and after, where toa_attributes changed it; with `path` beside it when given. */
export function attributeModes(said: Answer, path?: string): Required<Pick<Diff, 'before' | 'after'>> {
  const [was, is] = [said.first('before_mode'), said.first('after_mode')];
  const named = path === undefined ? {} : { path };
  return { before: { ...named, ...(was ? { mode: was } : {}) }, after: { ...named, ...(is ? { mode: is } : {}) } };
}

/** What is wrong with a `validate` command, if anything. */
export function validateObjection(validate: string | undefined): string | undefined {
  if (validate === undefined) return undefined;
  if (!validate.includes('%s')) return `validate must contain %s: ${validate}`;
  if (validate.includes('\n')) return 'validate holds a line break';
  try {
    splitWords(validate);
    return undefined;
  } catch {
    return `validate holds an open quote: ${validate}`;
  }
}

/** The words of a `validate` command as toa_validate takes them: no shell reads them on the host (Ansible: shlex). */
export function validateWords(validate: string | undefined): string {
  return validate === undefined
    ? ''
    : splitWords(validate)
        .map((word) => `:${word}`)
        .join('\n');
}

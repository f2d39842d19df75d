import { createHash } from 'node:crypto';
import type { Diff, ModuleResult } from '../../src/base/result.ts';
import { Answer, failedCall } from '../shared/answer.ts';
import { textDiff } from '../shared/files/files.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { type BootEntry, type Changes } from './loaders/entry.ts';
import { type Found, SCRIPTS } from './read.ts';

/** Status of boot_same where a file is not what was read. */
const CHANGED_MEANWHILE = 75;

export interface WriteOptions {
  /** Mask the timer that blesses a kernel for a login. */
  readonly mask?: boolean;
  readonly trial?: { readonly release: string; readonly seconds: number; readonly panic: string };
}

const sum = (text: string): string => createHash('sha1').update(Buffer.from(text, 'latin1')).digest('hex');

/** `SUM LENGTH PATH` of each file that is to be written. */
function roles(found: Found, changes: Changes): string {
  return [...changes.files]
    .map(([path, text]) => {
      const before = found.files.get(path);
      return `${before ? sum(before.text) : 'none'} ${text.length} ${path}`;
    })
    .join('\n');
}

/** Writes what was decided: all files are compared with what was read before the first one changes. */
export async function write(
  found: Found,
  changes: Changes,
  options: WriteOptions,
  context: TaskContext,
): Promise<ModuleResult> {
  const diff = context.diff ? diffsOf(found, changes) : [];
  const shown = diff.length > 0 ? { diff } : {};
  if (changes.files.size === 0 && changes.run.length === 0 && !options.mask) return { changed: false };
  if (context.check) return { changed: changes.files.size > 0 || changes.run.length > 0, ...shown };
  const answer = await context.call({
    scripts: SCRIPTS,
    fn: 'boot_write',
    vars: {
      loader: found.configuration.kind,
      roles: roles(found, changes),
      run: changes.run.join('\n'),
      mask: options.mask ? '1' : '',
      trial_release: options.trial?.release ?? '',
      trial_panic: options.trial?.panic ?? '',
      trial_seconds: String(options.trial?.seconds ?? ''),
      check: '',
    },
    stdin: Buffer.from([...changes.files.values()].join(''), 'latin1'),
  });
  if (answer.rc === CHANGED_MEANWHILE)
    return failedCall(answer, { code: 'E_EDIT_CONFLICT', remedy: 'run the playbook again; nothing was written' });
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  const warnings =
    said.get('guard') === 'none' ? ['nothing starts at boot here that could watch the kernel on trial'] : [];
  return {
    changed: said.is('changed'),
    wrote: said.all('wrote'),
    ...shown,
    ...(warnings.length > 0 && { warnings }),
  };
}

const readable = (text: string): string => text.replace(/#{3,}$/, '');

function diffsOf(found: Found, changes: Changes): Diff[] {
  return [...changes.files].map(([path, text]) =>
    textDiff(path, readable(found.files.get(path)?.text ?? ''), readable(text)),
  );
}

/** An entry as results show it. */
export const shownEntry = (entry: BootEntry | undefined): Record<string, unknown> | undefined =>
  entry && { ...entry, arguments: [...entry.arguments], initrd: [...entry.initrd] };

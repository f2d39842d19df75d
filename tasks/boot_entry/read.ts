import { ToaError } from '../../src/base/errors.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';

import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { shellVars } from '../shared/remote.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { readBls } from './loaders/bls.ts';
import type { BootFile, Configuration } from './loaders/entry.ts';
import { readExtlinux } from './loaders/extlinux.ts';
import { readGrubConf } from './loaders/grub-conf.ts';
import { readGrub2 } from './loaders/grub2.ts';
import { readSystemdBoot } from './loaders/systemd-boot.ts';
import { NotUnderstood } from './loaders/text.ts';

export const SCRIPTS = [
  ...FILE_SCRIPTS,
  ...['trial.sh', 'boot_entry.sh'].map((name) => verbScript('boot_entry', name)),
];
const MARK = Buffer.from('--files--\n');

/** The boot loader of a host, read and understood. */
export interface Found {
  readonly configuration: Configuration;
  /** All that was read, by path: what a write is compared with. */
  readonly files: ReadonlyMap<string, BootFile>;
  readonly cfg: BootFile;
  readonly said: Answer;
  readonly running: string;
}

interface RoleFile extends BootFile {
  readonly role: string;
}

/** Files as boot_give tells them: `ROLE LENGTH PATH`, bytes, a newline. */
function filesOf(bytes: Buffer): RoleFile[] {
  const files: RoleFile[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    const match = /^([a-z]+) (\d+) (\/.*)$/.exec(bytes.subarray(at, end < 0 ? at : end).toString());
    if (!match) throw new ToaError('E_BOOT_ENTRY_ANSWER', 'the host did not tell its boot files');
    const length = Number(match[2]);
    const text = bytes.subarray(end + 1, end + 1 + length).toString('latin1');
    if (text.length !== length) throw new NotUnderstood(match[3], 1, 'was cut off, or changed while it was read');
    files.push({ role: match[1], path: match[3], text });
    at = end + 1 + length + 1;
  }
  return files;
}

function configurationOf(kind: string, files: readonly RoleFile[], said: Answer): Configuration {
  const one = (role: string): BootFile | undefined => files.find((file) => file.role === role);
  const entries = files.filter(({ role }) => role === 'entry');
  const cfg = one('cfg') ?? { path: '/', text: '' };
  const grub = { cfg, env: one('env'), settings: one('settings') };
  switch (kind) {
    case 'grub2':
      return readGrub2(grub);
    case 'bls':
      return readBls(grub, entries);
    case 'grub_legacy':
      return readGrubConf(cfg, one('saved'));
    case 'systemd_boot':
      return readSystemdBoot(one('cfg'), entries, said.get('oneshot') ?? '', said.is('efi'));
    default:
      return readExtlinux(cfg);
  }
}

export const notUnderstood = (error: NotUnderstood): ModuleResult =>
  failure(error.message, {
    code: 'E_BOOT_ENTRY_SYNTAX',
    remedy: 'nothing was written; correct the file, or change the boot loader by hand',
  });

/** What there is; a failed result where there is no loader, or one that is not understood. */
export async function look(
  given: { loader: string; checks?: boolean },
  context: TaskContext,
): Promise<Found | ModuleResult> {
  const vars = shellVars({ loader: given.loader, checks: given.checks, check: context.check });
  const answer = await context.call({ scripts: SCRIPTS, fn: 'boot_read', vars });
  if (answer.rc !== 0) return failedCall(answer);
  const bytes = Buffer.from(answer.stdoutBytes);
  const at = bytes.indexOf(MARK);
  const said = new Answer(bytes.subarray(0, at < 0 ? bytes.length : at).toString());
  const kind = said.get('loader') ?? '';
  if (kind === '') {
    return failure('no boot loader that is known has a configuration here', {
      code: 'E_BOOT_ENTRY_LOADER',
      remedy: 'GRUB 2, legacy GRUB, systemd-boot and extlinux are known; containers have none',
    });
  }
  return understood(kind, bytes.subarray(at + MARK.length), said);
}

function understood(kind: string, bytes: Buffer, said: Answer): Found | ModuleResult {
  try {
    const files = filesOf(bytes);
    const configuration = configurationOf(kind, files, said);
    const cfg = files.find(({ role }) => role === 'cfg') ?? files[0];
    return {
      configuration,
      files: new Map(files.map((file) => [file.path, file])),
      cfg,
      said,
      running: said.get('running') ?? '',
    };
  } catch (error) {
    if (error instanceof NotUnderstood) return notUnderstood(error);
    throw error;
  }
}

export const isFound = (found: Found | ModuleResult): found is Found => 'configuration' in found;

import { basename } from 'node:path';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { attributeVars, FILE_SCRIPTS, fileFacts, validateObjection, validateWords } from '../shared/files/files.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import type { CopyArgs } from './task.ts';

/** `remote_src: true`: both ends are on the host; nothing travels. */
export async function copyRemote(given: CopyArgs, context: TaskContext): Promise<ModuleResult> {
  const flag = (on: boolean): string => (on ? '1' : '');
  const src = given.src as string;
  const objection = validateObjection(given.validate);
  if (objection !== undefined) return failure(objection);
  const vars = {
    ...attributeVars({ ...given, mode: given.mode === 'preserve' ? undefined : given.mode }, context.check),
    src,
    dest: given.dest,
    name: basename(src.replace(/\/+$/, '')),
    force: flag(given.force),
    backup: flag(given.backup),
    preserve: flag(given.mode === 'preserve'),
    validate: validateWords(given.validate),
    directory_mode: given.directory_mode ?? '',
  };
  const answer = await context.call({ scripts: [...FILE_SCRIPTS, verbScript('copy')], fn: 'copy_remote', vars });
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  const backup = said.get('backup_file');
  return {
    changed: said.is('changed'),
    src,
    dest: said.get('dest') ?? given.dest,
    checksum: said.get('sum') || null,
    ...fileFacts(said),
    ...(backup ? { backup_file: backup } : {}),
  };
}

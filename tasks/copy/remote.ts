import { basename } from 'node:path';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { attributeVars, FILE_SCRIPTS, fileFacts, validateObjection, validateWords } from '../shared/files/files.ts';
import { shellVars } from '../shared/remote.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import type { CopyArgs } from './task.ts';

/** `remote_src: true`: both ends are on the host; nothing travels. */
export async function copyRemote(given: CopyArgs, context: TaskContext): Promise<ModuleResult> {
  const src = given.src as string;
  const objection = validateObjection(given.validate);
  if (objection !== undefined) return failure(objection);
  const vars = shellVars({
    ...attributeVars({ ...given, mode: given.mode === 'preserve' ? undefined : given.mode }, context.check),
    src,
    dest: given.dest,
    name: basename(src.replace(/\/+$/, '')),
    force: given.force,
    backup: given.backup,
    preserve: given.mode === 'preserve',
    validate: validateWords(given.validate),
    directory_mode: given.directory_mode ?? '',
  });
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

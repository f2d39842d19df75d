import { failure, type ModuleResult } from '../../../src/base/result.ts';
import { Answer, verbScript } from '../answer.ts';
import { explain } from './package-answers.ts';
import { shellVars } from '../remote.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';
import type { AptArgs } from './apt-verb.ts';

/** Steps of apt beside named packages, in Ansible's order: a .deb file, upgrade, autoremove, clean. */
function steps(given: AptArgs): string[] {
  return [
    ...(given.deb ? ['deb'] : []),
    ...(given.upgrade !== 'no'
      ? [given.upgrade === 'dist' || given.upgrade === 'full' ? 'dist-upgrade' : 'upgrade']
      : []),
    ...(given.autoremove && given.name.length === 0 ? ['autoremove'] : []),
    ...(given.autoclean ? ['autoclean'] : []),
    ...(given.clean ? ['clean'] : []),
  ];
}

/** Runs those steps in one call; undefined when none is asked for. */
export async function aptExtra(given: AptArgs, context: TaskContext): Promise<ModuleResult | undefined> {
  const wanted = steps(given);
  if (given.state === 'build-dep' || given.state === 'fixed')
    return failure(`state ${given.state} is not supported`, {
      remedy: 'use command: apt-get build-dep or apt-get -f install',
    });
  if (wanted.length === 0) return undefined;
  const vars = shellVars({
    steps: wanted.join(' '),
    deb: given.deb ?? '',
    purge: given.purge,
    update_cache: given.update_cache,
    lock_timeout: given.lock_timeout,
    check: context.check,
  });
  const answer = await context.call({ scripts: [verbScript('apt')], fn: 'apt_extra', vars, timeoutMs: 3_600_000 });
  const said = new Answer(answer.stdout);
  if (answer.rc === 0) return { changed: said.is('changed'), stdout: answer.stdout };
  const known = explain(`${answer.stdout}\n${answer.stderr}`);
  return failure(known?.msg ?? answer.stderr.trim().split('\n').at(-1) ?? 'apt failed', {
    rc: answer.rc,
    stdout: answer.stdout,
    stderr: answer.stderr,
    code: known?.code,
    remedy: known?.remedy,
  });
}

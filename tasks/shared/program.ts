import { pythonQuote } from '../../src/base/quote.ts';
import type { ModuleResult } from '../../src/base/result.ts';
import { verbScript } from './answer.ts';
import { spoken } from './remote.ts';
import type { Reply } from './remote.ts';

/** `toa_need`, for shell halves that hand their work to one program of the host. */
export const PROGRAM_SH = verbScript('shared', 'program.sh');

/**
 * The failed result of a reply: where a program of the host was run (the shell half says `ran=1`), what that one said, as
 * Ansible's run_command gives it; else what the shell half said.
 */
export function programResult(reply: Extract<Reply, { ok: false }>, extra: Partial<ModuleResult> = {}): ModuleResult {
  const { answer, failed, said } = reply;
  if (!said.is('ran') || answer.timedOut) return failed;
  const { text: stdout = '' } = spoken(answer.stdout);
  const msg = answer.stderr.trim() || stdout.trim();
  return { ...failed, msg, rc: answer.rc, stdout, stderr: answer.stderr, ...extra };
}

/** A command line for a result: words as a shell would need them. */
export const commandLine = (words: readonly string[]): string => words.map(pythonQuote).join(' ');

import { join } from 'node:path';
import { packageRoot } from '../../base/package-root.ts';
import { shellQuote } from '../../base/quote.ts';
import type { Call, CallResult } from '../contract.ts';
import { callText } from '../session/call-text.ts';
import { scriptText } from '../session/scripts.ts';

const DETACHED_SH = join(packageRoot(), 'src/host/detached/detached.sh');
const BOOTSTRAP_SH = join(packageRoot(), 'src/host/session/bootstrap.sh');

/** A call that went on without the session that started it, and ended. */
export interface EndedCall {
  /** What was given with the start. */
  readonly about: string;
  readonly answer: CallResult;
  readonly started: Date;
  readonly ended: Date;
}

/** What is known on a host of a job. `file` holds its result, or will. */
export type DetachedJob =
  | { readonly state: 'none' }
  /** `lost`: the process is gone and left no result (it was killed, or the host went down). */
  | { readonly state: 'running' | 'lost'; readonly file: string }
  | { readonly state: 'ended'; readonly file: string; readonly call: EndedCall }
  /** The result of a job that Ansible started. */
  | { readonly state: 'foreign'; readonly file: string; readonly text: string };

/**
 * A call that starts `call` in a process of its own, which goes on when the session ends, and prints the path of the
 * file that will hold the result (`~/.ansible_async/ID`, or in ANSIBLE_ASYNC_DIR). All that `call` needs goes with it.
 * @param seconds how long it may take; then its processes are ended
 * @param about kept beside the result, for who reads it later
 */
export function startDetached(call: Call, id: string, seconds: number, about: string): Call {
  const texts = [BOOTSTRAP_SH, DETACHED_SH, ...call.scripts].map(scriptText);
  const script = [
    ...texts,
    `toa_detached_call() {\n${callText({ ...call, inPlace: false })}\n}`,
    `toa_about=${shellQuote(about)}`,
    'toa_detached_run "$@"\n',
  ].join('\n');
  const { environment } = call;
  return { ...ask('toa_detached_start', id), args: [id, String(seconds)], stdin: script, environment };
}

const ask = (fn: string, id: string): Call => ({ scripts: [DETACHED_SH], fn, args: [id] });

/** A call whose answer `readDetached` understands. */
export const lookForDetached = (id: string): Call => ask('toa_detached_look', id);

/** A call that removes the result of a job; `readDetached` understands its answer too. */
export const forgetDetached = (id: string): Call => ask('toa_detached_forget', id);

/** Reads the answer of `lookForDetached`. */
export function readDetached({ stdout, stdoutBytes }: CallResult): DetachedJob {
  const end = stdout.indexOf('\n');
  const [state, ...words] = stdout.slice(0, end).split(' ');
  const file = words.join(' ');
  if (state === 'running' || state === 'lost') return { state, file };
  if (state !== 'kept') return { state: 'none' };
  const kept = Buffer.from(stdoutBytes).subarray(Buffer.from(stdout.slice(0, end + 1)).length);
  const call = parseKept(kept);
  return call ? { state: 'ended', file, call } : { state: 'foreign', file, text: kept.toString() };
}

/** Status, late, started, ended (seconds since 1970), and the sizes of three texts in bytes. */
const HEAD = /^toa-async 1 (\d{1,3}) ([01]) (\d{1,12}) (\d{1,12}) (\d{1,10}) (\d{1,10}) (\d{1,10})$/;
/** More than any first line has. */
const LONGEST_HEAD = 100;

/** The file that toa_detached_run leaves; undefined for any other, since the host may have made it up. */
function parseKept(kept: Buffer): EndedCall | undefined {
  const end = kept.subarray(0, LONGEST_HEAD).indexOf(10);
  const head = HEAD.exec(kept.toString('latin1', 0, Math.max(end, 0)));
  if (!head) return undefined;
  const [rc, late, started, ended, ...sizes] = head.slice(1).map(Number);
  let at = end + 1;
  if (sizes.reduce((sum, size) => sum + size, at) > kept.length) return undefined;
  const [about, out, err] = sizes.map((size) => kept.subarray(at, (at += size)));
  return {
    about: about.toString(),
    answer: { rc, stdout: out.toString(), stderr: err.toString(), stdoutBytes: out, timedOut: late === 1 },
    started: new Date(started * 1000),
    ended: new Date(ended * 1000),
  };
}

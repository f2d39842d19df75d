import type { ModuleResult } from '../../src/base/result.ts';
import type { CallResult } from '../../src/host/contract.ts';
import { Answer, failedCall, verbScript } from './answer.ts';
import { FILE_SCRIPTS } from './files/files.ts';
import type { TaskContext } from '../../src/verb/verb.ts';

/** What a shell variable may be made of: true is `1`; false and undefined are empty; a list has one item a line. */
export type VarValue = string | number | boolean | readonly string[] | undefined;

export interface RemoteRequest {
  /** The verb's folder below tasks/, whose `<verb>.sh` is loaded after files.sh. */
  readonly verb: string;
  /** Default `<verb>_main`. */
  readonly fn?: string;
  readonly vars?: Readonly<Record<string, VarValue>>;
  readonly args?: readonly string[];
  readonly stdin?: Uint8Array | string;
  /** More files to load, before the verb's own. */
  readonly scripts?: readonly string[];
  readonly timeoutMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** See `Call`. */
  readonly pipelined?: boolean;
  readonly bringsFile?: boolean;
  readonly onOutput?: (text: string) => void;
}

export type Reply =
  | { readonly ok: true; readonly said: Answer; readonly answer: CallResult; readonly text: string }
  | { readonly ok: false; readonly said: Answer; readonly answer: CallResult; readonly failed: ModuleResult };

export function shellVars(vars: Readonly<Record<string, VarValue>>): Record<string, string> {
  const text = (value: VarValue): string => {
    if (value === undefined || value === false) return '';
    if (value === true) return '1';
    return typeof value === 'object' ? value.join('\n') : String(value);
  };
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, text(value)]));
}

/** What a shell half prints after this line is free text (output of programs), no answer. */
export const OUTPUT_MARK = '--output--\n';

/** The answer of a shell half, and the text behind its mark; undefined when it printed none. */
export function spoken(stdout: string): { readonly said: Answer; readonly text?: string } {
  const at = stdout.indexOf(OUTPUT_MARK);
  if (at < 0) return { said: new Answer(stdout) };
  return { said: new Answer(stdout.slice(0, at)), text: stdout.slice(at + OUTPUT_MARK.length) };
}

/** One round trip to a verb's shell half. `check` and `want_diff` are always set; `text` is what follows `--output--`. */
export async function remote(context: TaskContext, request: RemoteRequest): Promise<Reply> {
  const { verb, fn = `${verb}_main`, vars = {}, scripts = [], ...rest } = request;
  const answer = await context.call({
    ...rest,
    scripts: [...FILE_SCRIPTS, ...scripts, verbScript(verb)],
    fn,
    vars: shellVars({ ...vars, check: context.check, want_diff: context.diff }),
  });
  const { said, text = '' } = spoken(answer.stdout);
  if (answer.timedOut) {
    const msg = 'the call ran out of its time and was ended';
    return { ok: false, said, answer, failed: { failed: true, changed: false, msg } };
  }
  if (answer.rc !== 0) return { ok: false, said, answer, failed: failedCall(answer) };
  return { ok: true, said, answer, text };
}

import { dumpJson } from '../base/python-json.ts';
import type { EngineEvent, Listener } from '../engine/events.ts';
import { claimLines } from './claims.ts';
import type { Colour, Paint } from './colors.ts';
import { diffText } from './diff-text.ts';
import { type ResultFormat, shownKeys } from './result-text.ts';

export interface AnswerOptions {
  readonly write: (text: string) => void;
  readonly paint: Paint;
  readonly verbosity: number;
  readonly diff: boolean;
  readonly diffContext?: number;
  readonly format?: ResultFormat;
}

type HostResult = Extract<EngineEvent, { type: 'host-result' | 'host-item' }>;

const WORDS: Record<HostResult['status'], readonly [word: string, colour: Colour]> = {
  ok: ['SUCCESS', 'ok'],
  changed: ['CHANGED', 'changed'],
  skipped: ['SKIPPED', 'skip'],
  failed: ['FAILED', 'error'],
  unreachable: ['UNREACHABLE!', 'unreachable'],
};

const text = (value: unknown): string => (typeof value === 'string' && value !== '' ? `${value.trimEnd()}\n` : '');

/** What a command said; undefined for the results of other verbs. */
function commandText({ result }: HostResult, word: string): string | undefined {
  if (typeof result.rc !== 'number' || typeof result.stdout !== 'string') return undefined;
  // a return code is in the first line; what else went wrong is not
  const message = result.rc !== 0 && result.msg === 'non-zero return code' ? '' : text(result.msg);
  return `${word} | rc=${result.rc} >>\n${text(result.stdout)}${text(result.stderr)}${message}`;
}

function jsonText({ result, task }: HostResult, word: string, options: AnswerOptions): string {
  const shown = shownKeys(result, task.action, options.verbosity);
  const { toYaml } = options.format ?? {};
  if (toYaml) return `${word} =>\n${toYaml(shown)}`;
  return `${word} => ${dumpJson(shown, { sortKeys: true, ensureAscii: false, indent: 4 })}\n`;
}

/**
 * What came back from each host, for `toa-play run`: in the form of `ansible`'s callback `minimal`
 * (https://docs.ansible.com/ansible-core/2.14/cli/ansible.html), with what to do about a failure.
 */
export function answers(options: AnswerOptions): Listener {
  const { write, paint } = options;
  const answer = (event: HostResult): void => {
    const [name, colour] = WORDS[event.status];
    const word = `${event.host} | ${name}`;
    const { diff, changed, remedy, warnings } = event.result;
    if (options.diff && diff && changed) write(`${diffText(diff, paint, options.diffContext)}\n`);
    write(paint(colour, commandText(event, word) ?? jsonText(event, word, options)).replace(/\n?$/, '\n'));
    if (remedy && event.status !== 'ok' && event.status !== 'changed') write(paint('warn', `    do: ${remedy}\n`));
    for (const warning of warnings ?? []) write(paint('warn', `[WARNING]: ${warning}\n`));
  };
  return (event) => {
    if (event.type === 'host-item' || (event.type === 'host-result' && !event.looped)) answer(event);
    if (event.type === 'text') write(event.text.endsWith('\n') ? event.text : `${event.text}\n`);
    if (event.type === 'no-hosts-matched') write(paint('skip', 'no hosts matched\n'));
    if (event.type === 'stats') for (const line of claimLines(event.claims, paint)) write(`${line}\n`);
  };
}

import { formatSpan, type Span } from '../base/span.ts';
import type { EngineEvent, HostCounters } from '../engine/events.ts';
import type { Colour, Paint } from './colors.ts';
import { foldNames, grouped, sameText } from './fold.ts';
import { headline } from './result-text.ts';

/** A failure kept for the end of the run. */
export interface Failure {
  readonly host: string;
  readonly task: string;
  readonly place: string;
  readonly text: string;
  readonly code?: string;
  readonly remedy?: string;
}

export function failureOf({ host, task, result }: Extract<EngineEvent, { type: 'host-result' }>): Failure {
  const { code, remedy } = result;
  // where the caret stands, if the mistake has a place of its own
  const span = (result['_toa_span'] as Span | undefined) ?? task.span;
  return { host, task: task.name, place: formatSpan(span), text: headline(result), code, remedy };
}

/** What to type to run again on these hosts; undefined: nothing can be said. */
export type RepeatHint = (hosts: readonly string[]) => string | undefined;

/** The same failure of the same task, whatever the host is called. */
const failureKey = ({ host, task, place, text, code, remedy }: Failure): string =>
  JSON.stringify([task, place, code, sameText(text, host), remedy && sameText(remedy, host)]);

const COLUMNS: readonly (readonly [keyof HostCounters, Colour])[] = [
  ['ok', 'ok'],
  ['changed', 'changed'],
  ['unreachable', 'unreachable'],
  ['failed', 'error'],
  ['skipped', 'skip'],
  ['rescued', 'ok'],
  ['ignored', 'warn'],
];

function hostColour(counters: HostCounters): Colour {
  if (!isWell(counters)) return 'error';
  return counters.changed > 0 ? 'changed' : 'ok';
}

/** As ansible-playbook, which counts characters, not columns. */
const byCharacters = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length));

/** One line per host, in the exact form of ansible-playbook's recap, sorted by name. @param pad what makes a name 26 wide */
export function recapLines(
  hosts: ReadonlyMap<string, HostCounters>,
  paint: Paint,
  pad: (text: string, width: number) => string = byCharacters,
): string[] {
  return [...hosts.keys()].sort().map((host) => {
    const counters = hosts.get(host) as HostCounters;
    const numbers = COLUMNS.map(([name, colour]) => {
      const text = `${name}=${String(counters[name]).padEnd(4)}`;
      return counters[name] === 0 ? text : paint(colour, text);
    });
    const label = paint(hostColour(counters), host);
    return `${label}${pad(host, 26).slice(host.length)} : ${numbers.join(' ')}`;
  });
}

export function isWell(counters: HostCounters): boolean {
  return counters.failed === 0 && counters.unreachable === 0;
}

function failureGroup(failures: readonly Failure[], paint: Paint): string[] {
  const [first] = failures;
  const code = first.code ? `${first.code}: ` : '';
  const many = `${first.code ?? 'the same failure'} on ${failures.length} hosts: ${foldNames(failures.map((one) => one.host))}`;
  const head = failures.length === 1 ? `${first.host}: ${code}${first.text}` : many;
  const out = [paint('error', head)];
  if (failures.length > 1)
    out.push(paint('error', `    e.g. ${first.text.startsWith(first.host) ? '' : `${first.host}: `}${first.text}`));
  out.push(`    at ${first.place} (${first.task})`);
  if (first.remedy) out.push(`    do: ${first.remedy}`);
  return out;
}

/**
 * For each failed host the one line that says what happened and the one that says what to do; the same failure of several
 * hosts is said once.
 * @param hosts their counters; a host that was rescued from its failure is well
 */
export function failureLines(
  failures: Iterable<Failure>,
  hosts: ReadonlyMap<string, HostCounters>,
  paint: Paint,
  repeatHint?: RepeatHint,
): string[] {
  const left = [...failures].filter(({ host }) => {
    const counters = hosts.get(host);
    return counters !== undefined && !isWell(counters);
  });
  const lines = grouped(left, failureKey).flatMap((group) => failureGroup(group, paint));
  const hint = left.length > 1 ? repeatHint?.(left.map(({ host }) => host)) : undefined;
  return hint ? [...lines, `again on these ${left.length} hosts: ${hint}`] : lines;
}

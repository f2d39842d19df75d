import { formatSpan } from '../base/span.ts';
import type { EngineEvent, HostCounters } from '../engine/events.ts';
import type { Colour, Paint } from './colors.ts';
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
  return { host, task: task.name, place: formatSpan(task.span), text: headline(result), code, remedy };
}

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

/** One line per host, in the exact form of ansible-playbook's recap (which counts characters, not columns), sorted by name. */
export function recapLines(hosts: ReadonlyMap<string, HostCounters>, paint: Paint): string[] {
  return [...hosts.keys()].sort().map((host) => {
    const counters = hosts.get(host) as HostCounters;
    const numbers = COLUMNS.map(([name, colour]) => {
      const text = `${name}=${String(counters[name]).padEnd(4)}`;
      return counters[name] === 0 ? text : paint(colour, text);
    });
    const label = paint(hostColour(counters), host);
    return `${label}${' '.repeat(Math.max(0, 26 - [...host].length))} : ${numbers.join(' ')}`;
  });
}

export function isWell(counters: HostCounters): boolean {
  return counters.failed === 0 && counters.unreachable === 0;
}

/**
 * For each failed host the one line that says what happened and the one that says what to do.
 * @param hosts their counters; a host that was rescued from its failure is well
 */
export function failureLines(
  failures: Iterable<Failure>,
  hosts: ReadonlyMap<string, HostCounters>,
  paint: Paint,
): string[] {
  return [...failures].flatMap((failure) => {
    const counters = hosts.get(failure.host);
    if (!counters || isWell(counters)) return [];
    const code = failure.code ? `${failure.code}: ` : '';
    const first = `${failure.host}: ${code}${failure.text}`;
    const out = [paint('error', first), `    at ${failure.place} (${failure.task})`];
    if (failure.remedy) out.push(`    do: ${failure.remedy}`);
    return out;
  });
}

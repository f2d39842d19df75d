import type { HostCounters } from '../engine/events.ts';
import type { Colour, Paint } from './colors.ts';
import { plain } from './colors.ts';

/** A failure kept for the end of the run. */
export interface Failure {
  readonly host: string;
  readonly task: string;
  readonly place: string;
  readonly text: string;
  readonly code?: string;
  readonly remedy?: string;
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
  if (counters.failed > 0 || counters.unreachable > 0) return 'error';
  return counters.changed > 0 ? 'changed' : 'ok';
}

/** One line a host, in the exact form of ansible-playbook's recap, hosts sorted by name. */
export function recapLines(hosts: ReadonlyMap<string, HostCounters>, paint: Paint): string[] {
  return [...hosts.keys()].sort().map((host) => {
    const counters = hosts.get(host) as HostCounters;
    const numbers = COLUMNS.map(([name, colour]) => {
      const text = `${name}=${String(counters[name]).padEnd(4)}`;
      return counters[name] === 0 ? text : paint(colour, text);
    });
    const label = paint(hostColour(counters), host);
    return `${label.padEnd(paint === plain ? 26 : 37)} : ${numbers.join(' ')}`;
  });
}

/** For each failed host the one line that says what happened and the one that says what to do. */
export function failureLines(failures: readonly Failure[], paint: Paint): string[] {
  return failures.flatMap((failure) => {
    const code = failure.code ? `${failure.code}: ` : '';
    const first = `${failure.host}: ${code}${failure.text}`;
    const out = [paint('error', first), `    at ${failure.place} (${failure.task})`];
    if (failure.remedy) out.push(`    do: ${failure.remedy}`);
    return out;
  });
}

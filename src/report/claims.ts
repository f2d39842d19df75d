import type { Claim, ClaimedHost } from '../engine/events.ts';
import type { Paint } from './colors.ts';
import { grouped } from './fold.ts';

/** So many hosts are named in a line; the others are counted. */
const NAMED = 10;

function names(hosts: readonly string[]): string {
  if (hosts.length <= NAMED) return hosts.join(', ');
  return `${hosts.slice(0, NAMED).join(', ')} and ${hosts.length - NAMED} more`;
}

type Said = readonly [host: string, text: string];

/** Hosts of which the same is to be said, in one line. */
function together(said: readonly Said[]): string[] {
  return grouped(said, ([, text]) => text).map((group) => `${names(group.map(([host]) => host))}: ${group[0][1]}`);
}

function proof(hosts: readonly ClaimedHost[], unit: string): string {
  const counts = hosts.map((one) => one.proven);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (hosts.length === 0 || most === 0) return '';
  return ` (proven with ${least === most ? least : `${least} to ${most}`} ${unit} each)`;
}

function linesOf({ says, unit, hosts }: Claim, paint: Paint): string[] {
  const held = hosts.filter((one) => one.holds);
  const notes = together(hosts.flatMap((one) => one.notes.map((note) => [one.host, note] as const)));
  const missed = together(hosts.filter((one) => !one.holds).map((one) => [one.host, one.why ?? ''] as const));
  const line = `${held.length} of ${hosts.length} hosts ${says}${proof(held, unit)}`;
  return [
    ...notes.map((note) => paint('warn', `[WARNING]: ${note}`)),
    paint(missed.length === 0 ? 'ok' : 'error', missed.length === 0 ? line : `${line}; not:`),
    ...missed.map((miss) => paint('error', `    ${miss}`)),
  ];
}

/** The last lines of a run: for how many hosts each claim of its verbs holds, and why not for the others. */
export function claimLines(claims: readonly Claim[] | undefined, paint: Paint): string[] {
  return (claims ?? []).flatMap((claim) => linesOf(claim, paint));
}

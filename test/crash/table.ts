import { basename } from 'node:path';
import { KINDS, type Kind, type Outcome } from './cut.ts';
import { faultsOf, type Tried } from './matrix.ts';

const COLUMNS = [
  'playbook',
  'cut off',
  'kill points',
  'recovered',
  'litter',
  'locks',
  'handlers lost',
  'other',
  'left waiting',
  'not reached',
];

/** One line for each playbook and kind: how many kill points there were, and at how many of them what went wrong. */
export function table(tried: readonly Tried[]): string {
  const lines = tried.flatMap((one) => KINDS.map((kind) => line(one, kind)).filter((cells) => cells[2] !== '0'));
  const widths = COLUMNS.map((title, at) => Math.max(title.length, ...lines.map((cells) => cells[at].length)));
  const text = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  return [text(COLUMNS), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.map(text)].join('\n');
}

function line({ run, outcomes, notReached }: Tried, kind: Kind): string[] {
  const mine = outcomes.filter((one) => one.kind === kind);
  const count = (what: (one: Outcome) => boolean): number => mine.filter(what).length;
  const missed = notReached.filter((one) => one.kind === kind).length;
  const numbers = [
    mine.length + missed,
    count((one) => faultsOf(one).length === 0),
    count(({ litter }) => litter.length > 0),
    count(({ locks }) => locks.length > 0),
    count(({ lostHandlers }) => lostHandlers.length > 0),
    count(
      ({ failure, left, otherDifferences }) =>
        failure !== undefined || left === 'running' || otherDifferences.length > 0,
    ),
    count(({ left }) => left === 'waiting'),
    missed,
  ];
  return [basename(run.playbook), kind, ...numbers.map(String)];
}

/** What went wrong, one line for each kill point at which something did. */
export function faults(tried: readonly Tried[]): string[] {
  return tried.flatMap(({ run, outcomes, notReached }) => [
    ...[...outcomes]
      .sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.at - b.at)
      .filter((one) => faultsOf(one).length > 0)
      .map((one) => `${basename(run.playbook)}, ${one.kind} at round trip ${one.at}: ${faultsOf(one).join('; ')}`),
    ...notReached.map(
      ({ kind, at }) => `${basename(run.playbook)}, ${kind} at round trip ${at}: the run was over before it`,
    ),
  ]);
}

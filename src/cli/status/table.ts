import { padded, widthOf } from '../../report/width.ts';
import type { StatusRow } from './row.ts';

const HEAD = [
  'HOST',
  'KERNEL',
  'RECEIVER',
  'BUILD',
  'ATTACHED',
  'VENDOR',
  'ALLOW',
  'BOOT',
  'CLIENTS',
  'REFUSED',
  'PROVED',
  'PROBLEM',
];

export const refusals = (row: StatusRow): number => Object.values(row.refused).reduce((sum, n) => sum + n, 0);

/** Two networks are shown, more are counted. */
function allowed({ allow }: StatusRow): string {
  return allow.length <= 2 ? allow.join(' ') : `${allow[0]} and ${allow.length - 1} more`;
}

function proved({ proof }: StatusRow): string {
  if (!proof) return 'never';
  const when = new Date(proof.at * 1000).toISOString().slice(0, 16);
  return `${when}Z ${proof.shown}/${proof.expected}`;
}

function cells(row: StatusRow): string[] {
  const problem = row.problems.join('; ') || '-';
  const has = ['ebpf', 'module'].includes(row.receiver);
  if (!has) return [row.host, row.kernel || '-', row.receiver, ...HEAD.slice(3, -1).map(() => '-'), problem];
  const build = `${row.build}${row.current ? '' : ' (old)'}`;
  const numbers = [String(row.clients), String(refusals(row))];
  const settings = [build, row.attached ? 'yes' : 'partly', row.vendor, allowed(row), row.boot || 'no'];
  return [row.host, row.kernel, row.receiver, ...settings, ...numbers, proved(row), problem];
}

/** Hosts by what they are: the last line of the table. */
export function totals(rows: readonly StatusRow[]): string {
  const well = rows.filter((row) => row.problems.length === 0).length;
  const away = rows.filter((row) => row.receiver === 'unreachable').length;
  const clients = rows.reduce((sum, row) => sum + row.clients, 0);
  const refused = rows.reduce((sum, row) => sum + refusals(row), 0);
  const gone = away > 0 ? `, ${away} unreachable` : '';
  return `${well} of ${rows.length} hosts are well${gone}; ${clients} clients seen, ${refused} refused`;
}

/** The hosts for people, one per line, and the totals. */
export function statusTable(rows: readonly StatusRow[]): string {
  const all = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...all.map((line) => widthOf(line[column]))));
  const lines = all.map((line) =>
    line
      .map((cell, column) => padded(cell, widths[column]))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n${totals(rows)}\n`;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median } from '../lib/median.mjs';
import { writeSection } from '../lib/section.mjs';
import { plot } from './plot.mjs';

const PLOT = fileURLToPath(new URL('../../docs/performance.svg', import.meta.url));

/** `2.31 (2.20-2.60)`: the middle one, the least and the most. */
function spread(numbers, digits = 2) {
  if (numbers.length === 0) return '';
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)].map((n) => n.toFixed(digits));
  return numbers.length === 1 ? least : `${median(numbers).toFixed(digits)} (${least}-${most})`;
}

const times = (one, key) => one.map((run) => run[key]);

/** Ratios run by run: two that follow each other had the same machine. */
function ratios(above = [], below = [], key = (run) => run.seconds) {
  return above.map((run, i) => key(run) / key(below[Math.min(i, below.length - 1)]));
}

const allCpu = (run) => run.cpuSeconds + run.hostSeconds;

const COLUMNS = [
  ['hosts', ({ hosts }) => `${hosts}`],
  ['floor, s', ({ taken }) => spread(times(taken.floor, 'seconds'))],
  ['toa-play, s', ({ taken }) => spread(times(taken['toa-play'], 'seconds'))],
  ['of the floor: time', ({ taken }) => `${spread(ratios(taken['toa-play'], taken.floor), 1)} x`],
  ['of the floor: CPU of all', ({ taken }) => `${spread(ratios(taken['toa-play'], taken.floor, allCpu), 1)} x`],
  [
    'CPU, s: toa-play / its hosts',
    ({ taken }) =>
      ['cpuSeconds', 'hostSeconds'].map((key) => median(times(taken['toa-play'], key)).toFixed(1)).join(' / '),
  ],
  ['memory, MB', ({ taken }) => `${median(times(taken.probed, 'megabytes'))}`],
  ['longest turn, ms CPU', ({ taken }) => `${median(times(taken.probed, 'turnMs'))}`],
  ['Ansible, s', ({ taken }) => spread(times(taken.ansible ?? [], 'seconds'), 1)],
  ['against Ansible', ({ taken }) => against(taken.ansible, taken['toa-play'])],
  ['Mitogen, s', ({ taken }) => spread(times(taken.mitogen ?? [], 'seconds'), 1)],
  ['against Mitogen', ({ taken }) => against(taken.mitogen, taken['toa-play'])],
];

function against(other, own) {
  return other?.length ? `${spread(ratios(other, own), 1)} x` : '';
}

function table(results) {
  const rows = [
    COLUMNS.map(([title]) => title),
    COLUMNS.map(() => '---'),
    ...results.map((one) => COLUMNS.map(([, cell]) => cell(one))),
  ];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Prints the table; with `write`, puts it and the plot into docs/. */
export function report(results, { write }) {
  const cores = cpus();
  const load = Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[2]).toFixed(1);
  const where = `${cores.length} cores (${cores[0].model.trim()}), Linux ${release()}, Node ${process.version}; load average of the last 15 minutes ${load}.`;
  const text = `${table(results)}\n\nMiddle of the runs, least and most in brackets. ${where}\n\n![Time and memory by number of hosts](performance.svg)`;
  process.stdout.write(`${text}\n`);
  if (!write) return;
  writeSection('hosts', `\n${text}\n\n`);
  // A process that was never looked at while it ran has no memory noted.
  const curve = (name, key) =>
    results
      .map(({ hosts, taken }) => [hosts, times(taken[name] ?? [], key).filter((value) => value > 0)])
      .filter(([, values]) => values.length > 0)
      .map(([hosts, values]) => [hosts, median(values)]);
  const names = ['floor', 'toa-play', 'mitogen', 'ansible'];
  writeFileSync(
    PLOT,
    plot([
      { title: 'Time of a run, seconds', curves: names.map((name) => ({ name, points: curve(name, 'seconds') })) },
      {
        title: 'Memory of the controller, MB',
        curves: names.slice(0, 2).map((name) => ({ name, points: curve(name, 'megabytes') })),
      },
    ]),
  );
}

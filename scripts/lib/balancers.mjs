#!/usr/bin/env node
// balancers.mjs JSON-FILE: prints what `balancers traffic` saw as a table.
// balancers.mjs --count client|balancer JSON-FILE: "A of B send; C of D server x balancer": pairs whose requests show that
//   one, all of them and over both families; and directors of which every pair does.
// balancers.mjs --load JSON-FILE: how the load went; fails when a request was lost, or named another than the client.
import { readFileSync } from 'node:fs';

const [mode] = process.argv.slice(2);
const data = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));

/** @param {{director: string, server: string, shows: string}[]} rows */
function count(rows, wanted) {
  const groups = {};
  for (const row of rows) (groups[`${row.director} ${row.server}`] ??= []).push(row);
  const pairs = Object.entries(groups);
  const good = pairs
    .filter(([, of]) => of.length === 2 && of.every(({ shows }) => shows === wanted))
    .map(([name]) => name);
  const directors = new Set(rows.map(({ director }) => director));
  const whole = [...directors].filter((name) =>
    pairs.every(([pair]) => !pair.startsWith(`${name} `) || good.includes(pair)),
  );
  return `${whole.length} of ${directors.size} send; ${good.length} of ${pairs.length} server x balancer`;
}

/** @param {Record<string, {requests: number, lost: number, client: number, other: number, errors: string[]}>} load */
function tellLoad(load) {
  for (const [director, { requests, lost, client, other, errors }] of Object.entries(load)) {
    console.log(
      `  ${director.padEnd(18)} ${requests} requests, ${lost} lost; ${client} show the client, ${other} do not`,
    );
    for (const error of errors) console.log(`    ${error}`);
  }
  const all = Object.values(load);
  return (
    all.length > 0 && all.every(({ requests, lost, client }) => requests > 20 && lost === 0 && client === requests)
  );
}

if (mode === '--count') {
  console.log(count(data, process.argv[3]));
} else if (mode === '--load') {
  process.exitCode = tellLoad(data) ? 0 : 1;
} else {
  const line = (...words) => console.log(`  ${words.map((word, i) => word.padEnd([18, 14, 26, 26][i])).join(' ')}`);
  line('through', 'to', 'the client', 'its log says', 'that is');
  for (const { director, server, client, logged, shows } of data)
    line(director, server, client || '-', logged || '-', shows);
}

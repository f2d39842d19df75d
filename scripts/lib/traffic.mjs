#!/usr/bin/env node
// traffic.mjs JSON-FILE: prints what `fleet traffic` saw as a table.
// traffic.mjs --count JSON-FILE: prints "A B C D": A of B hosts show the client's address, C of D controls show the balancer's.
import { readFileSync } from 'node:fs';

const count = process.argv[2] === '--count';
/** @type {{host: string, control: boolean, client: string|null, logged: string|null, shows: string, error: string|null}[]} */
const rows = JSON.parse(readFileSync(process.argv[count ? 3 : 2], 'utf8'));

if (count) {
  const hosts = rows.filter((row) => !row.control);
  const controls = rows.filter((row) => row.control);
  console.log(
    hosts.filter((row) => row.shows === 'client').length,
    hosts.length,
    controls.filter((row) => row.shows === 'balancer').length,
    controls.length,
  );
} else {
  const line = (host, client, logged, shows) =>
    console.log(`  ${host.padEnd(20)} ${client.padEnd(18)} ${logged.padEnd(18)} ${shows}`);
  line('host', 'the client', 'its log says', 'that is');
  for (const row of rows) {
    const shows = { client: "the client's address", balancer: "the balancer's address" }[row.shows] ?? row.shows;
    line(row.host, row.client ?? '-', row.logged ?? '-', row.error ?? shows);
  }
}

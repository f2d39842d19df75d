// measure.mjs FOLDER PORT [--hosts 10,50] [--runs N] [--no-ansible] [--no-write]: runs everything interleaved on the bed
// of bed.sh and reports. Called by scripts/bench.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contestants, probed } from './contestants.mjs';
import { runOnce } from './process.mjs';
import { report } from './report.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '10,50' },
    runs: { type: 'string', default: '5' },
    'no-ansible': { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
  },
});
const [folder, port] = positionals;
/** Beyond that Ansible takes minutes a run. */
const MOST_FOR_ANSIBLE = 50;
const MOST_FOR_REPEATS = 200;
const RUNS_OF_MANY = 3;
const PROBED_RUNS = 3;

/** Files of a run on `count` hosts: addresses for the floor, an inventory and the playbook for the others. */
function prepare(count) {
  const at = join(folder, `n${count}`);
  mkdirSync(at, { recursive: true });
  const addresses = readFileSync(join(folder, 'addresses'), 'utf8').trim().split('\n').slice(0, count);
  const common = `-F none -o UserKnownHostsFile=${join(folder, 'known_hosts')} -o GlobalKnownHostsFile=none`;
  const inventory = [
    '[fleet]',
    ...addresses.map((address, i) => `h${i + 1} ansible_host=${address}`),
    '[fleet:vars]',
    `ansible_port=${port}`,
    'ansible_user=root',
    `ansible_ssh_private_key_file=${join(folder, 'client_key')}`,
    `ansible_ssh_common_args='${common}'`,
    'ansible_python_interpreter=/usr/bin/python3',
    `fleet=${join(folder, 'fleet')}`,
    '',
  ];
  writeFileSync(join(at, 'addresses'), `${addresses.join('\n')}\n`);
  writeFileSync(join(at, 'hosts'), inventory.join('\n'));
  for (const name of ['site.yml', 'conf.j2'])
    copyFileSync(fileURLToPath(new URL(name, import.meta.url)), join(at, name));
  return { folder: at, port, key: join(folder, 'client_key'), hosts: count, groups: join(folder, 'groups') };
}

async function measure(count) {
  const bed = prepare(count);
  const all = contestants(bed, { ansible: !values['no-ansible'] && count <= MOST_FOR_ANSIBLE });
  const taken = Object.fromEntries(all.map(({ name }) => [name, []]));
  const run = async (contestant, title) => {
    const one = await runOnce(contestant);
    process.stderr.write(
      `${count} hosts, ${title}, ${contestant.name}: ${one.seconds.toFixed(2)} s, ${one.cpuSeconds.toFixed(2)} s CPU, ${one.hostSeconds.toFixed(2)} s of the hosts, ${one.megabytes} MB, longest turn ${one.turnMs ?? '-'} ms\n`,
    );
    return one;
  };
  for (let round = 0; round <= Number(values.runs); round++) {
    for (const contestant of all) {
      // The slow ones are measured less often; the first run of each makes files and caches and does not count.
      // With many hosts each run takes half a minute.
      if (round > (count > MOST_FOR_REPEATS ? RUNS_OF_MANY : (contestant.runs ?? Infinity))) continue;
      if (round === 0 && contestant.name === 'floor') continue;
      const one = await run(contestant, round === 0 ? 'first run' : `run ${round}`);
      if (round > 0) taken[contestant.name].push(one);
    }
  }
  taken.probed = [];
  for (let round = 1; round <= PROBED_RUNS; round++) taken.probed.push(await run(probed(bed), `run ${round}`));
  return { hosts: count, taken };
}

const results = [];
for (const count of values.hosts.split(',').map(Number)) {
  results.push(await measure(count));
  // After each: the last one takes minutes, and what is done must not be lost with it.
  report(results, { write: !values['no-write'] });
}

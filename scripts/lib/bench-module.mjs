// scripts/bench-receiver --module: instructions that a receiver adds to a connection, counted by QEMU in a guest.
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { boot } from './kernels/boot.mjs';
import { buildConnections, buildForeign, buildModule, buildPrograms } from './kernels/build.mjs';
import { KERNELS } from './kernels/catalog.mjs';
import { fetchKernel } from './kernels/packages.mjs';
import { median } from './median.mjs';
import { writeSection } from './section.mjs';

/** One nanosecond of the guest's clock an instruction, on one CPU, without waiting for the host's clock when idle. */
const COUNTED = ['-icount', 'shift=0,sleep=off', '-smp', '1'];
const ROUNDS = 3;
const COUNT = 2000;

function moduleOf({ ko, log }, what) {
  if (ko) return ko;
  const errors = log.split('\n').filter((line) => /error:|Error \d/.test(line));
  throw new Error(`${what} does not compile for this kernel:\n${errors.slice(0, 8).join('\n') || log.slice(-2000)}`);
}

/** The guest's connections of one kind: median instructions, how many accept() showed as the client, of how many. */
function figures(text, name, place) {
  const runs = text
    .split('\n')
    .map((line) => /@cost (\S+) (\S+) (\{.*\})/.exec(line))
    .filter((found) => found && found[1] === name && found[2] === place)
    .map((found) => JSON.parse(found[3]));
  if (runs.length === 0) return undefined;
  const sum = (key) => runs.reduce((all, run) => all + run[key], 0);
  return {
    instructions: median(runs.map(({ ns }) => ns)),
    client: sum('client'),
    made: sum('made'),
    failed: sum('failed'),
  };
}

function table(text, title) {
  const rows = [];
  for (const place of ['ack', 'none']) {
    const base = figures(text, 'none', place);
    if (!base) throw new Error(`the guest measured nothing:\n${text.slice(-2000)}`);
    for (const name of ['none', 'ours', 'ebpf', 'other']) {
      const found = figures(text, name, place);
      if (!found) continue;
      const more = found.instructions - base.instructions;
      const cells = [
        place === 'ack' ? 'option in the ACK' : 'no option',
        title[name],
        found.instructions,
        name === 'none' ? '' : `${more} (${((100 * more) / base.instructions).toFixed(1)}%)`,
        `${found.client} of ${found.made}`,
      ];
      rows.push(`| ${cells.join(' | ')} |`);
    }
  }
  return rows.join('\n');
}

async function main() {
  const names = { module: 'boolean', against: 'string', kernel: 'string', 'no-write': 'boolean' };
  const { values } = parseArgs({
    options: Object.fromEntries(Object.entries(names).map(([name, type]) => [name, { type }])),
  });
  const wanted = KERNELS.find(({ id }) => id === (values.kernel ?? '6.1-old'));
  if (!wanted) throw new Error(`no kernel is called ${values.kernel}`);
  const kernel = await fetchKernel(wanted);
  await buildPrograms(kernel.arch);
  const program = { mode: 0o100755, data: readFileSync(await buildConnections(kernel.arch)) };
  const files = { 'bin/connections': program, options: { mode: 0o100644, data: `rounds=${ROUNDS} count=${COUNT}\n` } };
  const ours = moduleOf(await buildModule(kernel), 'our module');
  if (values.against) {
    const other = moduleOf(await buildForeign(kernel, resolve(values.against)), values.against);
    files['other.ko'] = { mode: 0o100644, data: readFileSync(other) };
  }
  const script = new URL('kernels/cost.sh', import.meta.url).pathname;
  const { text, rc } = await boot(kernel, ours, { timeout: 1800, script, files, machine: COUNTED });
  if (rc !== 0 || !text.includes('@end')) throw new Error(`the guest ended early (${rc}):\n${text.slice(-2000)}`);
  const failed = /@failed (.*)/.exec(text);
  if (failed) throw new Error(`a module was not loaded: ${failed[1]}`);
  const title = {
    none: 'none',
    ours: 'toa module',
    ebpf: 'toa eBPF',
    other: values.against && basename(resolve(values.against)),
  };
  const section = `## Instructions a connection
\`scripts/bench-receiver --module\`, Linux ${kernel.release} under QEMU, which counts instructions (\`-icount shift=0\`, one CPU): all that the guest
runs for a connection that is opened through a TUN device, accepted and reset, both ends and the freeing of it. Medians of ${ROUNDS} interleaved runs of ${COUNT}.

| connection | receiver | instructions | more than without | accept() showed the client |
|---|---|--:|--:|--:|
${table(text, title)}
`;
  process.stdout.write(section);
  if (!values['no-write']) writeSection('module', section);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

// scripts/bench-sender, inside its namespaces: node bench-sender.mjs BUILD TOOLS [--connections N] [--pairs N] [--no-write]
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { counted } from './bpf-stats.mjs';
import { childProgram, runProgram } from './programs.mjs';
import { writeSection } from './section.mjs';

const [build, tools, ...flags] = process.argv.slice(2);
const flag = (name, otherwise) => (flags.includes(name) ? Number(flags[flags.indexOf(name) + 1]) : otherwise);
const PAIRS = flag('--pairs', 20);
const CONNECTIONS = flag('--connections', 1_000_000);
const RATED = 4000;
const STREAM_MS = 500;
const ADDRESS = { IPv4: '10.55.1.1', IPv6: 'fd55:1::1' };

const run = (file, ...args) => runProgram(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const within = (namespace, file, ...args) => run('nsenter', `--net=/run/netns/${namespace}`, file, ...args);
const sender = (...args) => within('lb', join(build, 'toa-bpf'), 'sender', ...args);
const attach = () => sender('attach', '--devices', 'l1', '--services', '/mnt/services');
const load = (...args) => JSON.parse(within('cl', join(tools, 'sender-load'), ...args.map(String)));
const connect = (family, count, bytes) => load('connect', ADDRESS[family], 80, count, bytes);
const stream = (family, ms) => load('stream', ADDRESS[family], 80, ms);

const PIN = '/sys/fs/bpf/toa_sender';
const bpftool = (...args) => JSON.parse(run('bpftool', ...args, '-j'));

/** Runs and nanoseconds of the sender's programs, by the way they look: to the servers, and back. */
function statistics() {
  const links = readdirSync(PIN).filter((name) => name.startsWith('tcx_'));
  return Object.fromEntries(
    links.map((name) => {
      const link = bpftool('link', 'show', 'pinned', join(PIN, name));
      const { run_cnt = 0, run_time_ns = 0 } = bpftool('prog', 'show', 'id', String(link.prog_id));
      return [name.split('_')[1], { runs: run_cnt, ns: run_time_ns }];
    }),
  );
}

/** Runs and nanoseconds of each program while `work` is done. */
const cost = (work) => counted(statistics, work);

/** Processor seconds that this control group has used: all of client, balancer and server. */
const used = () => Number(/^usage_usec (\d+)/.exec(readFileSync('/mnt/cgroup/cpu.stat', 'utf8'))[1]) / 1e6;

/** Work done per second, by the clock and by processor time. */
function rate(work) {
  const before = used();
  const { done, seconds } = work();
  return { clock: done / seconds, cpu: done / (used() - before) };
}

function spread(ratios) {
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (part) => (100 * sorted[Math.round(part * (sorted.length - 1))]).toFixed(1);
  return `${at(0.5)}% (${at(0.25)} to ${at(0.75)})`;
}

/** With and without in turns; which one begins changes too. The middle ratio, and where the middle half of them lies. */
function pairs(title, work) {
  const ratios = { clock: [], cpu: [] };
  for (let i = 0; i < PAIRS; i++) {
    const rates = {};
    for (const on of i % 2 ? [true, false] : [false, true]) {
      if (on) attach();
      else sender('detach');
      rates[on] = rate(work);
    }
    for (const key of ['clock', 'cpu']) ratios[key].push(rates.true[key] / rates.false[key]);
  }
  return `| ${title} | ${spread(ratios.cpu)} | ${spread(ratios.clock)} |`;
}

const rated = (family) => () => {
  const { connections, seconds } = connect(family, RATED, 64);
  return { done: connections, seconds };
};
const streamed = (family) => () => {
  const { arrived, seconds } = stream(family, STREAM_MS);
  return { done: arrived, seconds };
};

/** Many connections, half of each family, in pieces, so that a progress can be told. */
function integrity() {
  const sum = { connections: 0, failed: 0, corrupt: 0, client: 0, other: 0, bytes: 0, seconds: 0 };
  for (const family of ['IPv4', 'IPv6']) {
    for (let left = CONNECTIONS / 2; left > 0; left -= 50_000) {
      const part = connect(family, Math.min(left, 50_000), 4096);
      for (const key of Object.keys(sum)) sum[key] += part[key];
    }
    process.stderr.write(`${JSON.stringify(sum)}\n`);
  }
  return sum;
}

const perRun = ({ runs, ns }) => `${(ns / runs).toFixed(0)} ns (${runs} runs)`;

function section() {
  const before = loadavg()[0];
  attach();
  const established = cost(() => stream('IPv4', 1500));
  const established6 = cost(() => stream('IPv6', 1500));
  const connected = cost(() => connect('IPv4', RATED, 64));
  const perConnection = (connected.egress.ns + connected.ingress.ns) / RATED;
  const many = integrity();
  const { counters } = JSON.parse(sender('stats'));
  // what the option costs the server is the receiver's (scripts/bench-receiver)
  run(join(build, 'toa-bpf'), 'detach');
  const rows = ['IPv4', 'IPv6'].flatMap((family) => [
    pairs(`connections, ${family}, ${PAIRS} interleaved pairs of ${RATED}`, rated(family)),
    pairs(`bytes of one stream, ${family}, ${PAIRS} interleaved pairs of ${STREAM_MS} ms`, streamed(family)),
  ]);
  return `## The balancer's sender
\`scripts/bench-sender\`, Linux ${release()}, ${cpus().length} CPUs (${cpus()[0].model.trim()}), load ${before.toFixed(1)} at the start and ${loadavg()[0].toFixed(1)} at the end.
Client, balancer (nftables NAT) and server are namespaces of one machine: all three share its CPUs, so the sender's part is
smaller than on a balancer that does nothing else.

${many.connections} connections, half by IPv6, with bodies of 1 to 4096 random bytes, ${(many.bytes / 1e9).toFixed(2)} GB, hashed on both sides: ${many.corrupt} corrupted, ${many.failed} failed,
${many.client} showed their client's own address and port, ${many.other} another. The sender counted ${counters.connections} connections, ${counters.dropped_failed} dropped because of a failure.

Rates, without a receiver on the server: the middle of the pairs' ratios, and where the middle half of them lies. A connection is
opened, sends up to 64 bytes, gets 40 and is reset; the goals are 95% of connections and 97% of bytes.

| with the sender, of without | per processor second | per second by the clock |
|---|---|---|
${rows.join('\n')}

| by the kernel's \`bpf_stats\` | |
|---|---|
| a packet of an established connection to the server (IPv4; with GSO one run is up to 64 KB) | ${perRun(established.egress)} |
| the same, IPv6 | ${perRun(established6.egress)} |
| a packet back from the server | ${perRun(established.ingress)} |
| a whole connection with a request, both ways | ${perConnection.toFixed(0)} ns |
`;
}

run(join(build, 'toa-bpf'), 'attach');
const server = childProgram(join(tools, 'sender-load'), ['server', '80'], { stdio: 'inherit' });
await pause(500);
try {
  const text = section();
  process.stdout.write(text);
  if (!flags.includes('--no-write')) writeSection('sender', text);
} finally {
  server.kill();
}

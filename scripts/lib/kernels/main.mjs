// Boots kernels and tries both receivers in each.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { boot } from './boot.mjs';
import { buildModule, buildPrograms } from './build.mjs';
import { KERNELS } from './catalog.mjs';
import { CACHE, fetchKernel } from './packages.mjs';
import { parseSerial, tally, writeReport } from './report.mjs';
import { treeKernel } from './tree.mjs';

const USAGE = `usage: scripts/test-kernels [--kernel ID,...] [--only GROUP,...] [--small] [--jobs N] [--out DIR] [--timeout SECONDS]
                            [--silence SECONDS]
       scripts/test-kernels --tree DIR [--cc COMPILER] [--cpu MODEL] ...
Boots kernels under QEMU, tries the kernel module and the eBPF receiver in each, writes DIR/kernels.json and DIR/kernels.md
(DIR is docs/ unless --small, --only or --tree is given: then only what --out names is written). Needs root (chroot, mount).
  --kernel ID   of ${KERNELS.map(({ id }) => id).join(', ')}; default all
  --only GROUP  of plain cookies defer fastopen sockopt ktls reuse garbage churn flood after-flood bad-address bad-port allow kinds ipv6
                counters leak missed hold reload refused verbs
  --small       fewer connections and reloads
  --silence S   a kernel that has not come to userspace by then is given up (300)
  --tree DIR    a kernel tree built by hand (bzImage and headers), compiled against with --cc or this machine's gcc;
                --cpu MODEL as QEMU names it (default for kernels before 3.16: Nehalem)
Kernels are kept in ${CACHE}. Last line: what passed and failed; status 1 when something failed.`;

const words = (text) => (text ? text.split(/[ ,]+/).filter(Boolean) : []);

function readOptions() {
  const names = {
    kernel: 'string',
    only: 'string',
    jobs: 'string',
    tree: 'string',
    cc: 'string',
    cpu: 'string',
    out: 'string',
    timeout: 'string',
    silence: 'string',
  };
  const options = Object.fromEntries(Object.entries(names).map(([name, type]) => [name, { type }]));
  const { values } = parseArgs({ options: { ...options, small: { type: 'boolean' }, help: { type: 'boolean' } } });
  const partial = values.small || values.only;
  return {
    ...values,
    only: words(values.only),
    jobs: Number(values.jobs ?? 1),
    silence: Number(values.silence ?? 300),
    timeout: Number(values.timeout ?? (partial ? 420 : 2400)),
    out: values.out ?? (partial || values.tree ? undefined : new URL('../../../docs', import.meta.url).pathname),
  };
}

function chosen(options) {
  if (options.tree) return [async () => treeKernel(options.tree, options.cc, options.cpu)];
  const ids = words(options.kernel);
  const unknown = ids.find((id) => !KERNELS.some((kernel) => kernel.id === id));
  if (unknown) throw new Error(`no kernel is called ${unknown}\n${USAGE}`);
  return KERNELS.filter(({ id }) => ids.length === 0 || ids.includes(id)).map((kernel) => () => fetchKernel(kernel));
}

/**
 * A boot that ended early is tried once more, and said: emulation itself fails now and then (early in the boot). The second
 * one is not quiet, so that a kernel which says nothing tells where it stops.
 */
async function bootTwice(kernel, ko, options) {
  const first = await boot(kernel, ko, options);
  if (first.text.includes('@begin')) return first;
  console.log(`${kernel.release}: no userspace in the first boot, once more, and not quiet`);
  const second = await boot(kernel, ko, { ...options, talk: true });
  if (!second.text.includes('@begin')) console.log(lastLines(second.text));
  return second;
}

const lastLines = (text) =>
  text.trim() === ''
    ? '  (it said nothing)'
    : text
        .trim()
        .split('\n')
        .slice(-15)
        .map((line) => `  | ${line}`)
        .join('\n');

/** @returns {string} its path */
function keepLog(name, text) {
  const folder = join(CACHE, 'logs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function tryKernel(get, options) {
  const kernel = await get();
  await buildPrograms(kernel.arch);
  const built = await buildModule(kernel);
  const key = kernel.key ?? kernel.release;
  const buildLog = keepLog(`${key}.build.log`, built.log);
  const base = { kernel: kernel.release, arch: kernel.arch, receiver: 'module', case: 'build' };
  const reason = built.log.split('\n').find((line) => /error:|Error |E_KMOD/.test(line)) ?? `see ${buildLog}`;
  const row = built.ko
    ? { ...base, status: 'pass', detail: kernel.tree ? 'compiled, checked' : 'compiled with -Werror, checked' }
    : { ...base, status: 'fail', detail: reason };
  const booted = await bootTwice(kernel, built.ko, options);
  const serialLog = keepLog(`${key}.serial.log`, booted.text);
  const rows = [row, ...parseSerial(booted.text, kernel, booted)];
  const { pass, fail, unsupported } = tally(rows);
  console.log(
    `${kernel.release}: ${pass} passed, ${fail} failed, ${unsupported} unsupported (${Math.round(booted.seconds)} s)`,
  );
  for (const bad of rows.filter(({ status }) => status === 'fail'))
    console.log(`  FAIL ${bad.receiver} ${bad.case}: ${bad.detail}`);
  if (fail > 0) console.log(`  logs: ${buildLog} ${serialLog}`);
  return rows;
}

async function main() {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  if (options.out) mkdirSync(options.out, { recursive: true });
  const queue = chosen(options);
  const rows = [];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      rows.push(...(await tryKernel(next, options)));
      if (options.out) writeReport(options.out, rows);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, worker));
  const { pass, fail, unsupported } = tally(rows);
  console.log(`${pass} passed, ${fail} failed, ${unsupported} unsupported`);
  process.exitCode = fail > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});

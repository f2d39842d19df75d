// Boots a kernel straight into the cases and gives back what it said on its serial port.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ARCHITECTURES } from './catalog.mjs';
import { makeInitramfs } from './cpio.mjs';
import { attempt } from './run.mjs';
import { tryProgram } from '../programs.mjs';

const HERE = new URL('.', import.meta.url).pathname;
const BUILD = new URL('../../../kmod/build/', import.meta.url).pathname;

function unpacked(path) {
  const data = readFileSync(path);
  if (path.endsWith('.gz')) return gunzipSync(data);
  const tool = path.endsWith('.xz') ? ['xz', '-dc'] : path.endsWith('.zst') ? ['zstd', '-dc'] : undefined;
  return tool ? tryProgram(tool[0], [tool[1], path]).bytes : data;
}

/** Names of the modules that one needs, as files are called (a tree has no modules.dep, so the module itself is asked). */
function dependsOn(path) {
  const { stdout } = tryProgram('modinfo', ['-F', 'depends', path]);
  return stdout.trim().split(',').filter(Boolean);
}

/** Modules that the cases need, with what they depend on, in order of loading. */
function neededModules(kernel) {
  // the last ones: what kTLS asks for by name, and nobody in the guest could load
  const wanted = ['ipv6', 'tun', 'tls', 'ghash_generic', 'ctr', 'gcm', 'seqiv'];
  const found = readdirSync(kernel.modules, { recursive: true }).filter((path) => /\.ko(\.(xz|gz|zst))?$/.test(path));
  // files have hyphens where modules call each other with underscores
  const byName = new Map(
    found.map((path) => [
      basename(path)
        .replace(/\.ko.*$/, '')
        .replaceAll('-', '_'),
      path,
    ]),
  );
  const order = [];
  const add = (path) => {
    for (const name of dependsOn(join(kernel.modules, path)))
      if (byName.has(name) && !order.includes(byName.get(name))) add(byName.get(name));
    if (!order.includes(path)) order.push(path);
  };
  for (const name of wanted) if (byName.has(name)) add(byName.get(name));
  return order.map((path) => join(kernel.modules, path));
}

function initramfs(kernel, ko, options) {
  const program = (name) => ({ mode: 0o100755, data: readFileSync(join(BUILD, kernel.arch, name)) });
  const files = {
    'bin/busybox': { mode: 0o100755, data: readFileSync(kernel.busybox) },
    init: { mode: 0o100755, data: readFileSync(join(HERE, 'init.sh')) },
    'cases.sh': { mode: 0o100755, data: readFileSync(options.script ?? join(HERE, 'cases.sh')) },
    'counters.sh': { mode: 0o100644, data: readFileSync(join(HERE, 'counters.sh')) },
    'bin/toa-probe': program('toa-probe'),
    'bin/toa-bpf': program('toa-bpf'),
    'bin/toa-guest': program('toa-guest'),
    options: { mode: 0o100644, data: `small=${options.small ? 1 : ''}\nonly='${(options.only ?? []).join(' ')}'\n` },
    ...options.files,
  };
  // the remote halves of the verbs, tried on a kernel that really loads the module
  for (const name of [
    'shared/files/files.sh',
    'shared/files/foreign.sh',
    'shared/files/sweep.sh',
    'shared/files/write.sh',
    'shared/receiver/toa.sh',
    'shared/receiver/kmod.sh',
    'kmod_load/kmod_load.sh',
    'kmod_boot/guard.sh',
    'kmod_boot/kmod_boot.sh',
  ]) {
    files[`verbs/${basename(name)}`] = {
      mode: 0o100644,
      data: readFileSync(join(HERE, '../../../tasks', name)),
    };
  }
  if (ko) files['toa.ko'] = { mode: 0o100644, data: readFileSync(ko) };
  neededModules(kernel).forEach((path, i) => {
    files[`mods/${String(i).padStart(2, '0')}-${basename(path).replace(/\.ko.*$/, '')}.ko`] = {
      mode: 0o100644,
      data: unpacked(path),
    };
  });
  return makeInitramfs(files);
}

/**
 * @param {object} options `timeout` in seconds; `small`, `only`: for cases.sh; `script`: another one in its place, with
 *   `files` beside it; `machine`: more arguments of QEMU
 * @returns {Promise<{text: string, rc: number, seconds: number, silent?: number}>} rc 124: did not
 *   end in time; silent: given up after so many seconds without userspace
 */
export async function boot(kernel, ko, options) {
  const folder = mkdtempSync(join(tmpdir(), 'toa-vm-'));
  const started = Date.now();
  try {
    writeFileSync(join(folder, 'initrd'), initramfs(kernel, ko, options));
    const serial = join(folder, 'serial');
    const { qemu, cpu, console } = ARCHITECTURES[kernel.arch];
    const loud = console === 'ttyS0' ? 'earlyprintk=ttyS0 ignore_loglevel' : 'earlycon ignore_loglevel';
    const append = `console=${console} ${options.talk ? loud : 'quiet loglevel=4'} panic=1 oops=panic rdinit=/init slab_nomerge`;
    const machine = [
      '-accel',
      'tcg,thread=single',
      '-cpu',
      kernel.cpu ?? cpu,
      '-smp',
      '2',
      '-m',
      '1024',
      '-display',
      'none',
      '-no-reboot',
      '-nic',
      'none',
    ];
    const said = () => (existsSync(serial) ? readFileSync(serial, 'utf8') : '');
    const silent = options.silence ?? 300;
    const watch = { seconds: silent, over: () => !said().includes('@begin') };
    const { rc, given } = await attempt(
      qemu[0],
      [
        ...qemu.slice(1),
        ...machine,
        ...(options.machine ?? []),
        '-serial',
        `file:${serial}`,
        '-kernel',
        kernel.image,
        '-initrd',
        join(folder, 'initrd'),
        '-append',
        append,
      ],
      { seconds: options.timeout, watch },
    );
    const text = said().replaceAll('\r', '');
    return { rc, text, silent: given ? silent : undefined, seconds: (Date.now() - started) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

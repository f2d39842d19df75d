// A busybox for kernels before 3.2: Debian's is linked with glibc, which says "FATAL: kernel too old" there. Compiled once,
// from Debian's source package and with musl, and kept.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withKernelHeaders } from './build.mjs';
import { CACHE } from './packages.mjs';
import { run } from './run.mjs';

const SOURCE = 'deb-src http://deb.debian.org/debian bookworm main\n';

/** Fetches and unpacks the source package into a folder; returns where the sources are. */
async function fetchSource(folder) {
  mkdirSync(join(folder, 'lists/partial'), { recursive: true });
  writeFileSync(join(folder, 'sources.list'), SOURCE);
  const places = {
    'Dir::Etc::sourcelist': `${folder}/sources.list`,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': `${folder}/lists`,
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(places).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await run('apt-get', [...options, 'update']);
  await run('apt-get', [...options, 'source', '--download-only', 'busybox'], { cwd: folder });
  const archive = readdirSync(folder).find((name) => name.includes('.orig.tar.'));
  await run('tar', ['-xf', archive, '--one-top-level=source', '--strip-components=1'], { cwd: folder });
  return join(folder, 'source');
}

async function compile(cwd) {
  await run('make', ['defconfig'], { cwd });
  const path = join(cwd, '.config');
  // tc needs a queueing discipline that newer kernel headers no longer describe
  const config = readFileSync(path, 'utf8').replace('# CONFIG_STATIC is not set', 'CONFIG_STATIC=y');
  writeFileSync(path, config.replace('CONFIG_TC=y', '# CONFIG_TC is not set'));
  await withKernelHeaders((headers) => run('make', ['-j2', `CC=musl-gcc -idirafter ${headers}`, 'busybox'], { cwd }));
}

/** @returns {Promise<string>} the path of a busybox that starts on kernels from 2.6.32 on */
export async function oldBusybox() {
  const path = join(CACHE, 'busybox-musl');
  if (existsSync(path)) return path;
  const folder = mkdtempSync(join(tmpdir(), 'toa-busybox-'));
  try {
    const source = await fetchSource(folder);
    await compile(source);
    mkdirSync(CACHE, { recursive: true });
    await run('cp', [join(source, 'busybox'), `${path}.part`]);
    await rename(`${path}.part`, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return path;
}

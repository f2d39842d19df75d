import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'postject';
import { runProgram } from '../lib/programs.mjs';
import { MANIFEST } from './manifest.mjs';

/** What Node looks for in itself (https://nodejs.org/docs/latest-v22.x/api/single-executable-applications.html). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Node's program for an architecture without its debugging symbols (18 MB), out of its package on npm, whose integrity is
 * compared with what stands in node.json.
 * @returns {{program: string, license: string}} paths below `work`
 * @throws {Error} when the registry gave another package than was pinned
 */
export function fetchNode({ version, target, work }) {
  const folder = join(work, target.package);
  mkdirSync(folder, { recursive: true });
  const name = `${target.package}@${version}`;
  const [told] = JSON.parse(runProgram('npm', ['pack', name, '--json', '--pack-destination', folder], { cwd: folder }));
  if (told.integrity !== target.integrity) throw new Error(`${name} is not what was pinned: ${told.integrity}`);
  runProgram('tar', ['-xzf', join(folder, told.filename), '-C', folder, 'package/bin/node', 'package/LICENSE']);
  runProgram(target.strip, [join(folder, 'package/bin/node')]);
  return { program: join(folder, 'package/bin/node'), license: join(folder, 'package/LICENSE') };
}

/**
 * The blob of program and files that goes into Node: the same for all architectures.
 * @param {{node: string, files: string[], root: string}} from `node`: the very version that will read it
 */
export function makeBlob({ node, files, root }) {
  const work = mkdtempSync(join(tmpdir(), 'toa-play-sea-'));
  try {
    const config = {
      main: join(root, 'scripts/release.d/launcher.cjs'),
      output: join(work, 'blob'),
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: false,
      assets: Object.fromEntries([...files, MANIFEST].map((path) => [path, join(root, path)])),
    };
    writeFileSync(join(work, 'sea.json'), JSON.stringify(config));
    runProgram(node, ['--experimental-sea-config', join(work, 'sea.json')]);
    return readFileSync(config.output);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes Node with the blob in it to `path`. */
export async function writeOneFile({ node, blob, path }) {
  writeFileSync(path, readFileSync(node), { mode: 0o755 });
  await inject(path, 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE });
}

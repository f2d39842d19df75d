#!/usr/bin/env node
// npm run release: everything that is given to people, in release/: the npm package, one file for those without Node (x64,
// arm64), the .deb of it, the list of parts (SBOM), SHA-256 sums. Needs what scripts/build-kmod needs for both
// architectures, and the registry of npm for Node's own packages.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './lib/programs.mjs';
import { writeDeb } from './release.d/deb.mjs';
import { packedFiles, sha256 } from './release.d/manifest.mjs';
import { fetchNode, makeBlob, writeOneFile } from './release.d/one-file.mjs';
import { checkReceivers, RECEIVERS } from './release.d/receivers.mjs';
import { sbom } from './release.d/sbom.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'release');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { version: nodeVersion, targets } = JSON.parse(readFileSync(join(root, 'scripts/release.d/node.json'), 'utf8'));
const say = (text) => process.stdout.write(`${text}\n`);
const ran = (file, args) => runProgram(file, args, { cwd: root });

/** Seconds of the commit that is released: the time of what lies in archives. */
const epoch = () => ran('git', ['log', '-1', '--format=%ct']).trim();

async function oneFiles(work) {
  const nodes = Object.entries(targets).map(([arch, target]) => ({
    arch,
    target,
    ...fetchNode({ version: nodeVersion, target, work }),
  }));
  const own = nodes.find(({ arch }) => arch === process.arch);
  if (!own) throw new Error(`a release is made on ${Object.keys(targets).join(' or ')}, this is ${process.arch}`);
  const blob = makeBlob({ node: own.program, files: packedFiles(), root });
  const made = [];
  for (const { arch, target, program, license } of nodes) {
    const path = join(out, `toa-play-linux-${arch}`);
    await writeOneFile({ node: program, blob, path });
    made.push({ path, arch: target.debian, license });
  }
  return made;
}

function debs(made) {
  const completion = (shell) => ran(process.execPath, [join(root, 'bin/toa-play.js'), 'completion', shell]);
  return made.map(({ path, arch, license }) => {
    const deb = join(out, `toa-play_${version}_${arch}.deb`);
    writeDeb({ root, program: path, license, completion, arch, version, epoch: epoch(), path: deb });
    return deb;
  });
}

function writeSbom() {
  const packages = JSON.parse(readFileSync(join(root, 'dist/packages.json'), 'utf8'));
  const programs = RECEIVERS.map((name) => ({ name, sum: sha256(readFileSync(join(root, name))) }));
  const path = join(out, 'toa-play.cdx.json');
  writeFileSync(path, `${JSON.stringify(sbom({ version, packages, node: nodeVersion, programs }), undefined, 2)}\n`);
  return path;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
const work = mkdtempSync(join(tmpdir(), 'toa-play-release-'));
try {
  ran('npm', ['run', '--silent', 'prepack']);
  say(`receivers: ${checkReceivers(root)} programs, the same bytes when they are built again elsewhere`);
  const [packed] = JSON.parse(ran('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work]));
  const tarball = join(out, packed.filename);
  copyFileSync(join(work, packed.filename), tarball);
  say(`npm package: ${packed.entryCount} files`);
  const made = await oneFiles(work);
  const all = [tarball, ...made.map(({ path }) => path), ...debs(made), writeSbom()];
  const sums = all.map((path) => `${sha256(readFileSync(path))}  ${basename(path)}\n`).join('');
  writeFileSync(join(out, 'SHA256SUMS'), sums);
  say(sums.trimEnd());
} finally {
  rmSync(work, { recursive: true, force: true });
}

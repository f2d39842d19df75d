import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package that a file of node_modules belongs to. */
function packageFolder(file) {
  let folder = dirname(file);
  for (; folder.includes('node_modules'); folder = dirname(folder)) {
    const about = join(folder, 'package.json');
    if (existsSync(about) && JSON.parse(readFileSync(about, 'utf8')).name) return folder;
  }
  return undefined;
}

function packageOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/i.test(one));
  return { name, version, license, text: file ? readFileSync(join(folder, file), 'utf8').trim() : '' };
}

/**
 * Packages of which something is in the bundle, sorted by name: their licences want to travel with it.
 * @param metafile esbuild's account of what it joined
 * @param {string} root what its paths are relative to
 */
export function bundledPackages(metafile, root) {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.filter((file) => file.includes('node_modules/')).map((file) => packageFolder(join(root, file)));
  const packages = [...new Set(folders)].filter(Boolean).map(packageOf);
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Writes LICENSES.txt beside the bundle, and for the release's list of parts dist/packages.json. */
export function writePackages(packages, dist) {
  const texts = packages.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`);
  writeFileSync(
    join(dist, 'bundle/LICENSES.txt'),
    `Parts of dist/bundle/main.cjs:\n\n${texts.join(`\n${'-'.repeat(78)}\n\n`)}`,
  );
  const known = packages.map(({ name, version, license }) => ({ name, version, license }));
  writeFileSync(join(dist, 'packages.json'), `${JSON.stringify(known, undefined, 2)}\n`);
}

// The beginning of the one-file program: the files that a run reads (shell halves, playbooks, receivers, docs) are unpacked
// once below the user's cache, and the program itself is run from inside this file.
const { createHash, randomBytes } = require('node:crypto');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const { tmpdir, userInfo } = require('node:os');
const { dirname, join } = require('node:path');
const { getAsset, getRawAsset } = require('node:sea');
const { pathToFileURL } = require('node:url');
const { Script } = require('node:vm');

const BUNDLE = 'dist/bundle/main.cjs';
const manifest = getAsset('MANIFEST.sha256', 'utf8');
const files = manifest
  .trimEnd()
  .split('\n')
  .map((line) => line.slice(66))
  .filter((path) => !path.startsWith('dist/'));
const bytesOf = (path) => new Uint8Array(getRawAsset(path));

/** Whether the folder is ours, nobody else may write in it, and all files are there with their sizes. */
function isWhole(folder) {
  const about = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!about || !about.isDirectory() || about.uid !== process.getuid() || (about.mode & 0o022) !== 0) return false;
  const size = (path) => fs.statSync(join(folder, path), { throwIfNoEntry: false })?.size;
  return files.every((path) => size(path) === getRawAsset(path).byteLength);
}

/** Files beside, then one rename: runs that begin at the same time do not see half of it. */
function unpack(folder) {
  const fresh = `${folder}.${randomBytes(6).toString('hex')}`;
  fs.mkdirSync(fresh, { recursive: true, mode: 0o700 });
  for (const path of files) {
    fs.mkdirSync(dirname(join(fresh, path)), { recursive: true, mode: 0o700 });
    fs.writeFileSync(join(fresh, path), bytesOf(path), { mode: /^(bin|kmod\/build)\//.test(path) ? 0o755 : 0o644 });
  }
  try {
    fs.renameSync(fresh, folder);
  } catch {
    // another run was here first, or what lies there is not whole: then ours takes its place
    if (!isWhole(folder)) {
      fs.renameSync(folder, `${fresh}.old`);
      fs.renameSync(fresh, folder);
    }
    for (const left of [fresh, `${fresh}.old`]) fs.rmSync(left, { recursive: true, force: true });
  }
}

function rootFolder() {
  const home = process.env.HOME || userInfo().homedir;
  const name = createHash('sha256').update(manifest).digest('hex').slice(0, 16);
  const caches = [process.env.XDG_CACHE_HOME || join(home, '.cache'), join(tmpdir(), `toa-play-${process.getuid()}`)];
  let trouble;
  for (const cache of caches) {
    const folder = join(cache, 'toa-play/one-file', name);
    try {
      if (!isWhole(folder)) unpack(folder);
      if (isWhole(folder)) return folder;
      trouble = `${folder} belongs to somebody else`;
    } catch (error) {
      trouble = error.message;
    }
  }
  process.stderr.write(
    `ERROR! E_CACHE_FOLDER: no folder to unpack to: ${trouble}\n  remedy: XDG_CACHE_HOME=FOLDER names one\n`,
  );
  process.exit(1);
}

async function run() {
  if (process.argv[2] === '--version') {
    process.stdout.write(`toa-play ${JSON.parse(getAsset('package.json', 'utf8')).version}\n`);
    return;
  }
  const filename = join(rootFolder(), BUNDLE);
  const script = new Script(getAsset(BUNDLE, 'utf8'), { filename });
  const module = { exports: {} };
  script.runInThisContext()(module, createRequire(filename), dirname(filename), pathToFileURL(filename).href);
  process.exitCode = await module.exports.main(process.argv.slice(2));
}

void run();

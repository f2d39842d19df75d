#!/usr/bin/env node
// CommonJS (bin/package.json): Node's loader of modules would cost a tenth of the start. In words that Node 8 reads, too: it is
// told that it is too old.
const { createHash } = require('crypto');
const { existsSync, readFileSync, statSync } = require('fs');
const { createRequire } = require('module');
const { dirname, join } = require('path');
const { pathToFileURL } = require('url');
const { Script } = require('vm');

const dist = (path) => join(__dirname, '../dist', path);
const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
const [BUNDLE, MODULES] = [dist('bundle/main.cjs'), dist('src/cli/main.js')];
/** When each was made; 0: it is not there. */
const [bundleAt, modulesAt] = [changedAt(BUNDLE), changedAt(MODULES)];

const SHA256_BYTES = 32;

/**
 * The compiled code of `source`: what lies in main.cache behind the SHA-256 of the text that it was made of. Node itself
 * compares only the text's length: code of another text would run in its place. Undefined when there is none, or when it
 * belongs to another text.
 */
function compiledCode(source) {
  let file;
  try {
    file = readFileSync(dist('bundle/main.cache'));
  } catch {
    return undefined;
  }
  const hash = createHash('sha256').update(source).digest();
  return hash.equals(file.subarray(0, SHA256_BYTES)) ? file.subarray(SHA256_BYTES) : undefined;
}

/** As scripts/bundle.mjs made it. Compiled code of another version of Node, or of other flags, is left aside by Node. */
function loadBundle(filename) {
  const source = readFileSync(filename);
  const script = new Script(source.latin1Slice(), { filename, cachedData: compiledCode(source) });
  const module = { exports: {} };
  script.runInThisContext()(module, createRequire(filename), dirname(filename), pathToFileURL(filename).href);
  return module.exports;
}

const NODE = 20;

/** What stops us before anything is loaded: an old Node, a clone that was not built. Undefined: nothing. */
function obstacle() {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) < NODE) {
    return [
      `E_NODE_VERSION: toa-play needs Node ${NODE} or newer, and ${process.execPath} is ${node}`,
      'install a newer Node (https://nodejs.org/en/download; Debian 12 has 18), or take the one-file program, which needs none',
    ];
  }
  if (bundleAt > 0 || modulesAt > 0) return undefined;
  return [
    `E_NOT_BUILT: ${join(__dirname, '..')} is not built: there is no dist/bundle`,
    'in that folder: npm ci && npm run build',
  ];
}

/** The bundle is a fifth of the CPU; modules that were compiled after it was made win. */
function program() {
  const isBundled = bundleAt > 0 && bundleAt >= modulesAt;
  return isBundled ? loadBundle(BUNDLE) : import(pathToFileURL(MODULES).href);
}

async function run() {
  const why = obstacle();
  if (why) {
    process.stderr.write(`ERROR! ${why[0]}\n  remedy: ${why[1]}\n`);
    process.exitCode = 1;
    return;
  }
  const { main } = await program();
  // loading is a turn of the event loop by itself: 35 ms of CPU
  await new Promise((go) => setImmediate(go));
  process.exitCode = await main(process.argv.slice(2));
}

// --version must not load anything: shells ask for it at each prompt, scripts in loops
if (process.argv[2] === '--version') {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));
  process.stdout.write(`toa-play ${version}\n`);
} else {
  void run();
}

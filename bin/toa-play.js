#!/usr/bin/env node
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const dist = (path) => new URL(`../dist/${path}`, import.meta.url);
const changedAt = (url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** As scripts/bundle.mjs made it. Compiled code of another version of Node, or of other flags, is left aside by Node. */
function loadBundle(url) {
  const filename = fileURLToPath(url);
  const compiled = dist('bundle/main.cache');
  const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined;
  const script = new Script(readFileSync(url, 'latin1'), { filename, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module, createRequire(url), dirname(filename), url.href);
  return module.exports;
}

/** The bundle is a fifth of the CPU; modules that were compiled after it was made win. */
function program() {
  const [bundle, modules] = [dist('bundle/main.cjs'), dist('src/cli/main.js')];
  const isBundled = changedAt(bundle) > 0 && changedAt(bundle) >= changedAt(modules);
  return isBundled ? loadBundle(bundle) : import(modules.href);
}

// --version must not load anything: shells ask for it at each prompt, scripts in loops
if (process.argv[2] === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`toa-play ${version}\n`);
} else {
  const { main } = await program();
  process.exitCode = await main(process.argv.slice(2));
}

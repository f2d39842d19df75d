#!/usr/bin/env node
import { readFileSync, statSync } from 'node:fs';

/** The bundle is a fifth of the CPU; modules that were compiled after it was made win. */
function entry() {
  const [bundle, modules] = ['bundle/main.js', 'src/cli/main.js'].map(
    (path) => new URL(`../dist/${path}`, import.meta.url),
  );
  const [madeAt, compiledAt] = [bundle, modules].map((url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return madeAt > 0 && madeAt >= compiledAt ? bundle : modules;
}

// --version must not load anything: shells ask for it at each prompt, scripts in loops
if (process.argv[2] === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`toa-play ${version}\n`);
} else {
  const { main } = await import(entry().href);
  process.exitCode = await main(process.argv.slice(2));
}

#!/usr/bin/env node
import { readFileSync } from 'node:fs';

// --version must not load anything: shells ask for it at each prompt, scripts in loops
if (process.argv[2] === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`toa-play ${version}\n`);
} else {
  const { main } = await import('../dist/src/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
}

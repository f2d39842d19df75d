#!/usr/bin/env node
// npm run new:verb NAME: makes tasks/NAME with a task, a shell half, a README, a test and a case that fail until the shell half is written,
// and enters the verb in tasks/index.ts.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './lib/programs.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name] = process.argv.slice(2);
if (!/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
  console.error('usage: npm run new:verb NAME   (lower case letters, digits, _)');
  process.exit(2);
}
const folder = join(root, 'tasks', name);
if (existsSync(folder)) {
  console.error(`tasks/${name} exists already`);
  process.exit(2);
}

const files = {
  'task.ts': `import { z } from 'zod';
import { defineVerb } from '../../src/verb/verb.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';

export const verb = defineVerb({
  name: '${name}',
  summary: 'TODO: one line, what it makes true',
  args: () => z.strictObject({ path: args.str() }),
  beyond: [],
  check: 'full',
  diff: false,
  async run({ path }, context) {
    const reply = await remote(context, { verb: '${name}', vars: { path } });
    return reply.ok ? { changed: reply.said.is('changed'), path } : reply.failed;
  },
});
`,
  [`${name}.sh`]: `# shellcheck shell=sh
# shellcheck disable=SC2154 # path, check: set by the call
# Remote half of ${name}; needs files.sh. Prints key=value lines; its status is the verb's.

${name}_main() {
	[ ! -e "$path" ] || return 0
	echo changed=1
	[ -n "$check" ] || : TODO
}
`,
  'README.md': `# ${name}

TODO: what it does, how it does it on the host, round trips.

Differs from Ansible: TODO.
`,
  'cases/new.yml': `shows: what is not there is made
task:
  ${name}: { path: /srv/new }
result: { changed: true, path: /srv/new }
after:
  /srv/new: ''
`,
  [`${name}.test.ts`]: `import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

forEachShell('${name}.sh', (getShell) => {
  const at = useScratch();

  it('makes it true, and changes nothing the second time', async () => {
    const shell = await getShell();
    expect(await runVerb(verb, { path: at('new') }, shell)).toMatchObject({ changed: true });
    expect(existsSync(at('new'))).toBe(true);
    expect(await runVerb(verb, { path: at('new') }, shell)).toMatchObject({ changed: false });
  });
});
`,
};
mkdirSync(join(folder, 'cases'), { recursive: true });
for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
runProgram(process.execPath, [join(root, 'scripts/generate-verbs.mjs')]);
console.log(`made tasks/${name}: ${Object.keys(files).join(', ')}
Next: write task.ts and ${name}.sh, then its test and cases; npm run generate; npm test. CONTRIBUTING.md has the contract.`);

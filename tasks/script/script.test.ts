import { writeFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

forEachShell('script', (shell) => {
  const at = useScratch();
  beforeEach(() => {
    for (const name of ['plain.sh', 'two words.sh', '$(id).sh', "it's.sh"])
      writeFileSync(at(name), '#!/bin/sh\nprintf "<%s>" "$@"\n');
  });

  it.each([
    ['plain.sh a "b c"', '<a><b c>'],
    ["'two words.sh' a", '<a>'],
    ['two\\ words.sh a "b c"', '<a><b c>'],
    ["'$(id).sh' a", '<a>'],
    [`"it's.sh" '$HOME'`, '<$HOME>'],
    [`it\\'s.sh '$HOME' ';id'`, '<$HOME><;id>'],
  ])('%s runs the file of that name, with these words', async (cmd, stdout) => {
    const result = await runVerb(verb, { cmd }, await shell(), { files: at('') });
    expect(result).toMatchObject({ rc: 0, stdout, stderr: '' });
  });
});

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { verbScript } from '../shared/answer.ts';

// The half on the host, with a program in the place of shutdown that notes its words.
forEachShell('reboot_now', (shell) => {
  const at = useScratch();
  const said = async (message: string, command = ''): Promise<string> => {
    writeFileSync(at('shutdown'), `#!/bin/sh\nprintf '<%s>' "$@" >${at('new')} && mv ${at('new')} ${at('said')}\n`);
    chmodSync(at('shutdown'), 0o755);
    const environment = { PATH: `${at('')}:${process.env['PATH'] ?? ''}` };
    const vars = { seconds: '0', message, command };
    const scripts = [verbScript('reboot')];
    expect(await (await shell()).call({ scripts, fn: 'reboot_now', vars, environment })).toMatchObject({ rc: 0 });
    while (!existsSync(at('said'))) await sleep(20);
    return readFileSync(at('said'), 'utf8');
  };

  it.each([`now "; touch ${'x'} $(id) '`, 'a\nb', '-h'])(
    'gives the message %j as one word, no option',
    async (message) => {
      expect(await said(message)).toBe(`<-r><now><${message.startsWith('-') ? ' ' : ''}${message}>`);
    },
  );

  it('runs the command of the user in a shell that has none of our functions', async () => {
    expect(await said('m', `shutdown "$message" "\${seconds-none}" "$(command -v reboot_state || echo none)"`)).toBe(
      '<m><none><none>',
    );
  });
});

import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import type { Shell } from '../../src/host/contract.ts';
import { KEPT_MS } from '../../src/host/session/in-place.ts';
import { verb as copy } from '../../tasks/copy/task.ts';
import { verb as file } from '../../tasks/file/task.ts';
import { FILE_SCRIPTS } from '../../tasks/shared/files/files.ts';
import { useScratch } from '../support/scratch.ts';
import { forEachShell } from '../support/shells.ts';
import { runVerb } from '../support/verb-context.ts';

// That a folder is root's or ours alone is found out once in a row of written files (tasks/shared/files/foreign.sh), and
// forgotten as soon as something else may have changed it.
forEachShell('what is known of a folder', (getShell) => {
  const at = useScratch();
  let shell: Shell;
  let turn = 0;
  beforeEach(async () => {
    shell = await getShell();
    writeFileSync(at('probe.sh'), 'kept_probe() {\n\tprintf %s "$toa_kept_sure"\n}\n');
  });
  const write = async (): Promise<string> => {
    await runVerb(copy, { dest: at('f'), content: `${turn++}\n` }, shell);
    return kept();
  };
  const kept = async (): Promise<string> => {
    const call = { scripts: [...FILE_SCRIPTS, at('probe.sh')], fn: 'kept_probe', inPlace: true };
    return (await shell.call(call)).stdout;
  };

  it('is believed by the next file, not behind a call of another kind', async () => {
    expect(await write()).toBe(at('f').slice(0, -2));
    expect(await kept()).toBe(at('f').slice(0, -2));
    await shell.call({ scripts: [], fn: 'true' });
    expect(await kept()).toBe('');
  });

  it('is forgotten where modes, owners or kinds may change', async () => {
    await write();
    await runVerb(file, { path: at('f'), mode: '0600' }, shell);
    expect(await kept()).toBe('');
    await runVerb(copy, { dest: at('f'), content: `${turn++}\n`, mode: '0640' }, shell);
    await runVerb(copy, { dest: at('f'), content: `${turn - 1}\n`, mode: '0600' }, shell);
    expect(await kept()).toBe('');
  });

  it('is forgotten with time', async () => {
    await write();
    await sleep(KEPT_MS + 100);
    expect(await kept()).toBe('');
  });
});

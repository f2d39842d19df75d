import { chmodSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Answer, verbScript } from '../shared/answer.ts';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { TOA_SH } from '../shared/receiver/programs.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';

forEachShell('toa_ebpf', (getShell) => {
  const at = useScratch();

  it('hands on what the program says, with newlines and backslashes in its words', async () => {
    // what a verifier says of a program that it refuses
    const said = { ok: true, changed: true, warnings: [{ code: 'no_deferred', message: '132: (07) r3\n\tC:\\new' }] };
    writeFileSync(at('said'), `${JSON.stringify(said)}\n`);
    writeFileSync(at('toa-bpf'), `#!/bin/sh\ncat >/dev/null\ncat ${at('said')}\n`);
    chmodSync(at('toa-bpf'), 0o755);
    const vars = { _program: at('toa-bpf'), kinds: 'default', allow: '', nat64: '1', deferred: '', check: '' };
    const scripts = [...FILE_SCRIPTS, TOA_SH, verbScript('toa_ebpf')];
    const answer = await (await getShell()).call({ scripts, fn: 'toa_ebpf_attach', vars });
    expect(answer.rc).toBe(0);
    expect(JSON.parse(new Answer(answer.stdout).get('attach') ?? '')).toEqual(said);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { verb as shellVerb } from '../../tasks/shell/task.ts';
import { forEachShell } from '../support/shells.ts';
import { runVerb } from '../support/verb-context.ts';

forEachShell('what a command leaves in the background', (getShell) => {
  it('does not write into the answers of later tasks', async () => {
    const shell = await getShell();
    const first = await runVerb(shellVerb, { _raw_params: 'echo early; (sleep 2; echo late; echo late >&2) &' }, shell);
    expect(first).toMatchObject({ stdout: 'early', stderr: '', rc: 0 });
    const second = await runVerb(shellVerb, { _raw_params: 'sleep 2; echo mine' }, shell);
    expect(second).toMatchObject({ stdout: 'mine', stderr: '' });
    await delay(300);
    expect(await runVerb(shellVerb, { _raw_params: 'echo third' }, shell)).toMatchObject({
      stdout: 'third',
      stderr: '',
    });
  });

  it('leaves the exit status and both outputs alone', async () => {
    const shell = await getShell();
    const result = await runVerb(shellVerb, { _raw_params: 'true & echo out; echo err >&2; wait; exit 7' }, shell);
    expect(result).toMatchObject({ stdout: 'out', stderr: 'err', rc: 7, failed: true });
  });

  it('costs nothing where there is nothing in the background', async () => {
    const shell = await getShell();
    const text = 'echo a && echo b 2>&1 && ls /proc/self/fd/1 >/dev/null; readlink /proc/$$/fd/1';
    const result = await runVerb(shellVerb, { _raw_params: text }, shell);
    expect(String(result.stdout)).toMatch(/^a\nb\n/);
  });
});

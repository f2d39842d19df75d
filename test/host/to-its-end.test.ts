import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callText, framedText } from '../../src/host/session/call-text.ts';
import { nameFunctions } from '../../src/host/session/in-place.ts';
import { BOOTSTRAP } from '../../src/host/session/scripts.ts';
import { scriptText } from '../../src/host/session/scripts.ts';
import { useScratch } from '../support/scratch.ts';
import { shellNames } from '../support/shells.ts';
import { childProgram } from '../../scripts/lib/programs.mjs';

const scripts = [join(import.meta.dirname, 'to-its-end.sh')];

describe.each(shellNames())('a shell that nobody reads any more [%s]', (shell) => {
  const at = useScratch();

  it.each([
    ['in a subshell', {}],
    ['in the shell itself', { inPlace: true }],
    ['in a subshell for a name of the environment', { inPlace: true, vars: { PATH: process.env['PATH'] as string } }],
    ['with something on stdin', { stdin: 'text' }],
  ])('ends the call that runs, %s, and begins none', async (_how, more) => {
    const words = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
    const child = childProgram(words[0], words.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    for (const script of [BOOTSTRAP, ...scripts]) child.stdin.write(scriptText(script));
    child.stdin.write(nameFunctions(scripts).text);
    const call = (id: number): string =>
      framedText(callText({ scripts, fn: 't_long', args: [at(`begun${id}`), at(`ended${id}`)], ...more }), id, {
        mark: 'm',
      });
    child.stdin.write(call(1) + call(2));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stderr.destroy();
    child.stdin.end(call(3));
    await ended;
    expect(readdirSync(at()).sort()).toEqual(['begun1', 'ended1']);
  });
});

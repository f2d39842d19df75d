import { describe, expect, it } from 'vitest';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';
import { type AclArguments, entryOf, objection } from './entry.ts';
import { verb } from './task.ts';

const given = (more: Partial<AclArguments>): AclArguments => ({
  entity: '',
  state: 'present',
  recursive: false,
  recalculate_mask: 'default',
  default: false,
  ...more,
});

describe('entries', () => {
  it.each([
    [{ entry: 'user:games:rw-' }, 'user:games:rw-', false],
    [{ entry: 'u:games:-' }, 'user:games:-', false],
    [{ entry: 'd:u:games:r' }, 'user:games:r', true],
    [{ entry: 'default:user:games', state: 'absent' as const }, 'user:games', true],
    [{ entry: 'user:games:r', state: 'absent' as const }, 'user:games', false],
    [{ etype: 'other', permissions: '7' }, 'other::7', false],
    [{ etype: 'user', entity: 'games', state: 'absent' as const, default: true }, 'user:games', true],
  ])('%o is %s', (more, text, isDefault) => {
    expect(objection(given(more))).toBeUndefined();
    expect(entryOf(given(more))).toEqual({ text, isDefault });
  });

  it.each([
    [{ permissions: 'r' }, "'etype' MUST be set when 'state=present'."],
    [{ state: 'absent' as const }, "'entity' MUST be set when 'state=absent'."],
    [{ entry: 'user:games' }, "'entry' MUST have 3 or 4 sections divided by ':' when 'state=present'."],
    [{ entry: 'user:a:r', state: 'query' as const }, "'entry' MUST NOT be set when 'state=query'."],
    [{ entry: 'x:games:r' }, "'x:games:r' is no entry of an access control list"],
    [{ etype: 'user', entity: 'a,o::rwx' }, "'a,o::rwx' cannot stand in an entry of an access control list"],
  ])('%o is refused', (more, words) => {
    expect(objection(given(more))).toBe(words);
  });
});

forEachShell('acl.sh', (getShell) => {
  const at = useScratch();

  it('works on a tree, and on what will be made in it', async () => {
    const shell = await getShell();
    mkdirSync(at('tree/deep'), { recursive: true });
    writeFileSync(at('tree/deep/file\n: *,*'), 'x', { mode: 0o644 });
    const args = { path: at('tree'), entity: 'games', etype: 'group', permissions: 'rX', recursive: true };
    for (const rest of [{}, { default: true }]) {
      for (const changed of [true, false])
        expect(await runVerb(verb, { ...args, ...rest, state: 'present' }, shell)).toMatchObject({ changed });
    }
    expect(runProgram('getfacl', ['-cp', at('tree/deep/file\n: *,*')])).toContain('group:games:r--');
    expect(runProgram('getfacl', ['-cdp', at('tree/deep')])).toContain('group:games:r-x');
    for (const changed of [true, false])
      expect(await runVerb(verb, { ...args, permissions: undefined, state: 'absent' }, shell)).toMatchObject({
        changed,
        msg: 'group:games is absent',
      });
    expect(runProgram('getfacl', ['-cp', at('tree/deep/file\n: *,*')])).not.toContain('games');
  });

  it('changes what a link leads to, or nothing; a missing file and an unknown user are errors', async () => {
    const shell = await getShell();
    writeFileSync(at('file'), '', { mode: 0o600 });
    symlinkSync('file', at('link'));
    const args = { path: at('link'), entity: 'games', etype: 'user', permissions: 'r', state: 'present' };
    expect(await runVerb(verb, { ...args, follow: false }, shell)).toMatchObject({ changed: false, acl: [] });
    expect(await runVerb(verb, args, shell)).toMatchObject({ changed: true });
    expect(runProgram('getfacl', ['-cp', at('file')])).toContain('user:games:r--');
    expect(await runVerb(verb, { path: at('none') }, shell)).toMatchObject({
      failed: true,
      msg: 'Path not found or not accessible.',
    });
    expect(await runVerb(verb, { ...args, entity: 'no-such-user' }, shell)).toMatchObject({
      failed: true,
      msg: expect.stringContaining('Invalid argument') as unknown,
    });
  });
});

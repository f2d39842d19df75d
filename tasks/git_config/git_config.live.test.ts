import { chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

const GAMES = 5;

// root sets, somebody else owns the folder
forEachShell('git_config.sh, in the folder of another user', (getShell) => {
  const at = useScratch();

  it('changes their file, which stays theirs, and leaves nothing beside it', async () => {
    mkdirSync(at('home'));
    chownSync(at('home'), GAMES, GAMES);
    const file = at('home/.gitconfig');
    writeFileSync(file, '# theirs\n[a]\n\tb = c\n', { mode: 0o600 });
    chownSync(file, GAMES, GAMES);
    const args = { name: 'a.b', value: 'd', scope: 'file', file };
    for (const changed of [true, false]) expect(await runVerb(verb, args, await getShell())).toMatchObject({ changed });
    expect(readFileSync(file, 'utf8')).toBe('# theirs\n[a]\n\tb = d\n');
    const { uid, mode } = lstatSync(file);
    expect([uid, mode & 0o777]).toEqual([GAMES, 0o600]);
    const made = { ...args, file: at('home/new') };
    for (const changed of [true, false]) expect(await runVerb(verb, made, await getShell())).toMatchObject({ changed });
    expect(readdirSync(at('home')).sort()).toEqual(['.gitconfig', 'new']);
  });

  it("leaves a file of root's alone that a link of theirs leads to", async () => {
    mkdirSync(at('home'));
    writeFileSync(at('root'), '[a]\n\tb = c\n', { mode: 0o600 });
    symlinkSync('../root', at('home/link'));
    chownSync(at('home'), GAMES, GAMES);
    const args = { name: 'a.b', value: 'd', scope: 'file', file: at('home/link') };
    expect(await runVerb(verb, args, await getShell())).toMatchObject({ failed: true });
    expect(readFileSync(at('root'), 'utf8')).toBe('[a]\n\tb = c\n');
  });
});

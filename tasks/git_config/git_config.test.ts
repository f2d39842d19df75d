import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';
import { verb } from './task.ts';

forEachShell('git_config.sh', (getShell) => {
  const at = useScratch();

  it('reads one setting and all of them, also of several lines; what is not there is empty', async () => {
    const shell = await getShell();
    const file = at('config');
    writeFileSync(file, '[a]\n\tb = c\n\td = "x\\ny"\n\te\n[s "sub=1"]\n\tkey = k=v\n');
    const where = { scope: 'file', file };
    expect(await runVerb(verb, { ...where, name: 'a.b' }, shell)).toEqual({
      changed: false,
      msg: '',
      config_value: 'c',
    });
    expect(await runVerb(verb, { ...where, name: 'a.no' }, shell)).toMatchObject({ changed: false, config_value: '' });
    expect(await runVerb(verb, { ...where, name: 'a.b', value: '' }, shell)).toMatchObject({ config_value: 'c' });
    expect(await runVerb(verb, { ...where, list_all: true }, shell)).toMatchObject({
      config_values: { 'a.b': 'c', 'a.d': 'x\ny', 'a.e': '', 's.sub=1.key': 'k=v' },
    });
    const none = await runVerb(verb, { scope: 'file', file: at('none'), list_all: true }, shell);
    expect(none).toMatchObject({ changed: false, config_values: {} });
  });

  it('sets in a repository and in the home, and shows the change', async () => {
    const shell = await getShell();
    const [repo, home] = [at('repo'), at('home')];
    mkdirSync(home);
    runProgram('git', ['init', '-q', repo]);
    const args = { name: 'user.email', value: '-x y', scope: 'local', repo };
    for (const changed of [true, false]) expect(await runVerb(verb, args, shell)).toMatchObject({ changed });
    expect(runProgram('git', ['-C', repo, 'config', 'user.email']).trim()).toBe('-x y');
    const changed = await runVerb(verb, { ...args, value: 'z' }, shell, { check: true });
    expect(changed).toMatchObject({ diff: { before: '-x y\n', after: 'z\n' } });
    const environment = { HOME: home };
    await runVerb(verb, { name: 'alias.ci', value: 'commit', scope: 'global' }, shell, { environment });
    expect(readFileSync(`${home}/.gitconfig`, 'utf8')).toBe('[alias]\n\tci = commit\n');
  });

  it("fails with git's own words, and refuses what is no name", async () => {
    const shell = await getShell();
    const file = at('config');
    writeFileSync(file, '[m]\n\tv = 1\n\tv = 2\n');
    const where = { scope: 'file', file };
    expect(await runVerb(verb, { ...where, name: 'm.v', value: '3' }, shell)).toMatchObject({
      failed: true,
      rc: 5,
      msg: expect.stringContaining('cannot overwrite multiple values') as unknown,
    });
    expect(await runVerb(verb, { ...where, name: 'nodot', value: '3' }, shell)).toMatchObject({
      failed: true,
      msg: 'error: key does not contain a section: nodot',
    });
    expect(await runVerb(verb, { ...where, name: '--edit' }, shell)).toMatchObject({ failed: true });
    expect(await runVerb(verb, { name: 'a.b', scope: 'local' }, shell)).toMatchObject({
      msg: 'scope is local but all of the following are missing: repo',
    });
    expect(readFileSync(file, 'utf8')).toBe('[m]\n\tv = 1\n\tv = 2\n');
  });

  it('works with a git that knows no --includes', async () => {
    // a fake: the git of 2010 in this respect, else the real one
    const fakes = at('fakes');
    mkdirSync(fakes);
    const real = runProgram('sh', ['-c', 'command -v git']).trim();
    const old = `case " $* " in *' -h '*) echo usage ;; *--includes*) exit 129 ;; *) exec ${real} "$@" ;; esac`;
    writeFileSync(`${fakes}/git`, `#!/bin/sh\n${old}\n`);
    chmodSync(`${fakes}/git`, 0o755);
    const environment = { PATH: `${fakes}:${process.env['PATH']}` };
    const args = { name: 'a.b', value: 'c', scope: 'file', file: at('config') };
    for (const changed of [true, false])
      expect(await runVerb(verb, args, await getShell(), { environment })).toMatchObject({ changed });
  });
});

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { verbScript } from '../shared/files.ts';
import { KMOD_SCRIPTS } from '../shared/kmod.ts';

forEachShell('the boot script of kmod_boot', (shell) => {
  const at = useScratch();
  const release = execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim();

  /** The script as a host gets it, with an insmod of our own in front. */
  const make = async (insmodStatus = 0): Promise<void> => {
    const scripts = [...KMOD_SCRIPTS, verbScript('kmod_boot')];
    const vars = { KMOD_HOME: at('home'), guard: '60', params: 'max_clients=1000', check: '' };
    const answer = await (await shell()).call({ scripts, fn: 'kmod_boot_script', vars });
    expect(answer.rc).toBe(0);
    mkdirSync(at(`home/modules/${release}`), { recursive: true });
    mkdirSync(at('bin'), { recursive: true });
    writeFileSync(at('load'), answer.stdout.replace('sleep "$guard"', 'exit 0'));
    writeFileSync(at('bin/insmod'), `#!/bin/sh\necho "$@" >>${at('log')}\nexit ${insmodStatus}\n`);
    for (const name of ['load', 'bin/insmod']) chmodSync(at(name), 0o755);
  };
  const run = (): number => {
    try {
      execFileSync('sh', [at('load')], {
        env: { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` },
        stdio: 'ignore',
      });
      return 0;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };

  it('loads the module of the running kernel, with its parameters, and leaves a mark', async () => {
    await make();
    writeFileSync(at(`home/modules/${release}/toa.ko`), '');
    expect(run()).toBe(0);
    expect(readFileSync(at('log'), 'utf8')).toMatch(/toa\.ko kinds=\S+ allow=(any|none) max_clients=1000\n/);
    expect(readFileSync(at('home/loading'), 'utf8')).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  });

  it('does not load a module that took the host down', async () => {
    await make();
    writeFileSync(at(`home/modules/${release}/toa.ko`), '');
    writeFileSync(at('home/loading'), 'another-boot\n');
    expect(run()).toBe(1);
    expect(existsSync(at('log'))).toBe(false);
  });

  it('says so when there is no module for this kernel, and when insmod fails', async () => {
    await make(1);
    expect(run()).toBe(1);
    expect(existsSync(at('log'))).toBe(false);
    writeFileSync(at(`home/modules/${release}/toa.ko`), '');
    expect(run()).toBe(1);
    expect(existsSync(at('home/loading'))).toBe(false);
  });
});

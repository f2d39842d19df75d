import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { SCRIPTS } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

forEachShell('the boot script of kmod_boot', (shell) => {
  const at = useScratch();
  const release = runProgram('uname', ['-r']).trim();

  /** The script as a host gets it, with an insmod of our own in front. */
  const make = async (insmodStatus = 0): Promise<void> => {
    const vars = { KMOD_HOME: at('home'), guard: '60', params: 'max_clients=1000', check: '' };
    const answer = await (await shell()).call({ scripts: SCRIPTS, fn: 'kmod_boot_script', vars });
    expect(answer.rc).toBe(0);
    mkdirSync(at(`home/modules/${release}`), { recursive: true });
    mkdirSync(at('bin'), { recursive: true });
    writeFileSync(
      at('load'),
      answer.stdout
        .replaceAll('/etc/toa/rebuild', at('rebuild'))
        .replace('&\nexit 0', '& echo $! >$home/guard\nexit 0'),
    );
    writeFileSync(at('bin/insmod'), `#!/bin/sh\necho "$@" >>${at('log')}\nexit ${insmodStatus}\n`);
    for (const name of ['load', 'bin/insmod']) chmodSync(at(name), 0o755);
  };
  /** The process that takes the mark away in time. */
  const guard = (): number => Number(readFileSync(at('home/guard'), 'utf8'));
  const catchesTerm = (pid: number): boolean => {
    const caught = /^SigCgt:\s*(\S+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return (BigInt(`0x${caught?.[1] ?? 0}`) & 0x4000n) !== 0n;
  };
  const run = (): number => {
    try {
      runProgram('sh', [at('load')], {
        env: { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` },
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
    // an orderly shutdown ends the guard, and that is no crash
    await expect.poll(() => catchesTerm(guard()), { timeout: 10_000 }).toBe(true);
    process.kill(guard());
    await expect.poll(() => existsSync(at('home/loading')), { timeout: 10_000 }).toBe(false);
  });

  it('asks for a module when this kernel came without one', async () => {
    await make();
    writeFileSync(at('rebuild'), `#!/bin/sh\ntouch ${at('home/modules')}/$1/toa.ko\n`);
    chmodSync(at('rebuild'), 0o755);
    expect(run()).toBe(0);
    expect(readFileSync(at('log'), 'utf8')).toContain(`${release}/toa.ko`);
    process.kill(guard());
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

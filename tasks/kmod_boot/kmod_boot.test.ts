import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
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
    const vars = { KMOD_HOME: at('home'), guard: '60', tries: '2', params: 'max_clients=1000', check: '' };
    const answer = await (await shell()).call({ scripts: SCRIPTS, fn: 'kmod_boot_script', vars });
    expect(answer.rc).toBe(0);
    mkdirSync(at(`home/modules/${release}`), { recursive: true });
    mkdirSync(at('bin'), { recursive: true });
    writeFileSync(
      at('load'),
      answer.stdout
        .replaceAll('/etc/toa/rebuild', at('rebuild'))
        .replaceAll('/var/lib/toa/bin', at('programs'))
        // where this machine keeps what a kernel said is none of the test's
        .replaceAll('/sys/fs/pstore', at('pstore'))
        .replace('/var/lib/systemd/pstore /var/crash', '')
        .replace(/grep -q ' .*pstore ' .*\n/, '\n')
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

  /** A boot after the host went down while the module was young. */
  const died = (): number => {
    writeFileSync(at('home/loading'), 'another-boot\n');
    return run();
  };
  const loads = (): number => (existsSync(at('log')) ? readFileSync(at('log'), 'utf8').trim().split('\n').length : 0);
  const ready = async (): Promise<void> => {
    await make();
    mkdirSync(at('pstore'), { recursive: true });
    writeFileSync(at(`home/modules/${release}/toa.ko`), '');
  };
  /** The host boots anew: what this boot left says another boot. */
  const nextBoot = (): void => {
    process.kill(guard());
    const path = at('home/out');
    if (existsSync(path)) writeFileSync(path, readFileSync(path, 'utf8').replace(/^boot=.*/, 'boot=before'));
  };

  it('forgives one power cut while the module is young, and not a second one in a row', async () => {
    await ready();
    expect(died()).toBe(0);
    expect(loads()).toBe(1);
    expect(readFileSync(at('home/deaths'), 'utf8')).toBe('1\n');
    process.kill(guard(), 'SIGKILL');
    expect(died()).toBe(1);
    expect(loads()).toBe(1);
    expect(readFileSync(at('home/out'), 'utf8')).toMatch(
      /reason=the host went down while the module was young, 2 times/,
    );
    // out for all of this boot, and tried again at the next one
    expect(run()).toBe(1);
    writeFileSync(at('home/out'), readFileSync(at('home/out'), 'utf8').replace(/^boot=.*/, 'boot=before'));
    expect(run()).toBe(0);
    expect([loads(), existsSync(at('home/out'))]).toEqual([2, false]);
    // still in a row: it has not grown old since
    process.kill(guard(), 'SIGKILL');
    expect(died()).toBe(1);
    expect(loads()).toBe(2);
  });

  it('an orderly shutdown ends the row', async () => {
    await ready();
    expect(died()).toBe(0);
    await expect.poll(() => catchesTerm(guard()), { timeout: 10_000 }).toBe(true);
    nextBoot();
    await expect.poll(() => existsSync(at('home/deaths')), { timeout: 10_000 }).toBe(false);
    expect(died()).toBe(0);
    process.kill(guard());
  });

  it('does not load again at once where the kernel left a panic, and only one of after the mark', async () => {
    await ready();
    writeFileSync(at('pstore/dmesg-erst-1'), 'Oops#1 Part1\n<4>[ 12.3] Kernel panic - not syncing: of an older day\n');
    utimesSync(at('pstore/dmesg-erst-1'), 1, 1);
    expect(died()).toBe(0);
    process.kill(guard(), 'SIGKILL');
    writeFileSync(at('home/deaths'), '0\n');
    writeFileSync(at('home/loading'), 'another-boot\n');
    utimesSync(at('home/loading'), 1000, 1000);
    writeFileSync(at('pstore/dmesg-erst-2'), 'Panic#2 Part1\n<0>[ 9.1] Kernel panic - not syncing: \x1b[31mtoa\n');
    expect(run()).toBe(1);
    expect(readFileSync(at('home/out'), 'utf8')).toMatch(/young: Kernel panic - not syncing: \[31mtoa\n/);
    expect(loads()).toBe(1);
  });

  it('lets the eBPF receiver bridge while the module is out or missing', async () => {
    await make();
    mkdirSync(at('pstore'), { recursive: true });
    mkdirSync(at('programs'));
    writeFileSync(at('programs/toa-bpf'), `#!/bin/sh\necho "$@" >>${at('bridged')}\n`);
    chmodSync(at('programs/toa-bpf'), 0o755);
    expect(run()).toBe(1);
    expect(readFileSync(at('bridged'), 'utf8')).toMatch(/^attach --kinds \S+ --(any|allow)/);
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

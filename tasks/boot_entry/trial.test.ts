import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { release as osRelease } from 'node:os';
import { expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { SCRIPTS } from './read.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

/** /etc/toa/trial as a host gets it, on a host whose boots are files that the test writes. */
forEachShell('the watch over a kernel on trial', (getShell) => {
  const at = useScratch();

  const make = async (trial: string): Promise<void> => {
    mkdirSync(at('pstore'));
    mkdirSync(at('bin'));
    writeFileSync(at('trial'), trial);
    utimesSync(at('trial'), 1000, 1000);
    const call = { scripts: SCRIPTS, fn: 'boot_trial_script', vars: { BOOT_STATE: at('') } };
    const answer = await (await getShell()).call(call);
    const text = answer.stdout
      .replace(/^trial=.*$/m, `trial=${at('trial')}`)
      .replaceAll('/sys/fs/pstore', at('pstore'))
      .replace('/var/lib/systemd/pstore /var/crash', '')
      .replaceAll('/dev/kmsg', at('kmsg'))
      .replaceAll('/proc/sysrq-trigger', at('sysrq'))
      .replace('sleep 120', 'sleep 0');
    writeFileSync(at('watch'), text);
    // what would start this machine anew
    for (const name of ['systemctl', 'reboot', 'mount', 'mountpoint']) {
      writeFileSync(at(`bin/${name}`), `#!/bin/sh\necho ${name} "$@" >>${at('ran')}\n`);
      chmodSync(at(`bin/${name}`), 0o755);
    }
  };
  const watch = (): void => {
    const env = { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}` };
    runProgram('sh', [at('watch')], { env });
  };
  const ran = (): string => (existsSync(at('ran')) ? readFileSync(at('ran'), 'utf8') : '');
  const trial = (release: string, boot = 'before', seconds = 0): string =>
    `release=${release}\nfrom=6.1.0\nfrom_boot=${boot}\nseconds=${seconds}\npanic=panic=30\nfailures=0\noutcome=waiting\n`;

  it('does nothing in the boot that set it, and none without a trial', async () => {
    const now = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    await make(trial(osRelease(), now));
    watch();
    expect(readFileSync(at('trial'), 'utf8')).toBe(trial(osRelease(), now));
    expect(ran()).not.toMatch(/reboot/);
  });

  it('starts the host anew when nobody proved the kernel in time', async () => {
    await make(trial(osRelease()));
    watch();
    expect(readFileSync(at('trial'), 'utf8')).toMatch(
      /outcome=up\nreason=it booted, and nobody proved it within 0 seconds\nfailures=1\noutcome=unproven\n$/,
    );
    expect(ran()).toMatch(/reboot/);
  });

  it('writes down under the kernel before why the new one is gone: its own words, newer than the trial', async () => {
    await make(trial('99.1.0'));
    writeFileSync(at('pstore/dmesg-erst-1'), 'Kernel panic - not syncing: of an older day\n');
    utimesSync(at('pstore/dmesg-erst-1'), 1, 1);
    writeFileSync(at('pstore/dmesg-erst-2'), 'Panic#1\n<0>[    4.2] Kernel panic - not syncing: VFS\x1b[31m\0\xff\n');
    watch();
    const text = readFileSync(at('trial'), 'utf8');
    expect(text).toContain('panicked=1\nreason=Kernel panic - not syncing: VFS[31m\nfailures=1\noutcome=fell-back\n');
    // and says it once
    watch();
    expect(readFileSync(at('trial'), 'utf8')).toBe(text);
    expect(ran()).not.toMatch(/reboot/);
  });

  it('knows a start without such words, a power cut for one, from a panic', async () => {
    await make(trial('99.1.0'));
    watch();
    expect(readFileSync(at('trial'), 'utf8')).toMatch(
      /reason=the host started anew, with no word of a panic.*\nfailures=1\noutcome=fell-back\n$/,
    );
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

/** What the guides leave on a server. */
const GUIDES: Readonly<Record<string, string>> = {
  // Huawei: ELB
  'etc/sysconfig/modules/toa.modules':
    '#!/bin/sh\n/sbin/modinfo -F filename /root/toa/toa.ko > /dev/null 2>&1\nif [ $? -eq 0 ]; then\n/sbin/insmod /root/toa/toa.ko\nfi\n',
  // the same file used for more
  'etc/sysconfig/modules/net.modules':
    '#!/bin/sh\nmodprobe bonding\nif [ -e /root/toa/toa.ko ]; then\n  insmod /root/toa/toa.ko\nfi\n',
  // DPVS
  'etc/rc.local':
    '#!/bin/sh\nulimit -n 655350\n/usr/sbin/insmod /home/dpvs/kmod/toa/toa.ko\nif true; then\n\tmodprobe toa\nfi\necho toa\nexit 0\n',
  // UCloud, Tencent
  'etc/modules': 'loop\ntoa\n# toa is not here\n',
  'etc/modules-load.d/tgw.conf': 'tgw_toa\n',
  'etc/modprobe.d/vtoa.conf': 'options vtoa debug=1\noptions loop max_loop=8\n',
  'usr/src/toa-2.0/dkms.conf': 'PACKAGE_NAME="toa"\nPACKAGE_VERSION="2.0"\nBUILT_MODULE_NAME[0]="toa"\n',
  'usr/src/toa-2.0/toa.c': 'int x;\n',
  'var/lib/dkms/toa/2.0/status': 'installed\n',
  'lib/modules/6.1.0/extra/toa.ko': '\x7fELF\0license=GPL\0',
  'lib/modules/6.1.0/updates/dkms/vtoa.ko.xz': 'compressed',
  'etc/systemd/system/load-toa.service': '[Service]\nExecStart=/sbin/insmod /opt/toa/toa.ko\n',
  // monitoring jobs
  'etc/cron.d/toa': '* * * * * root lsmod | grep -q toa || modprobe toa\n',
  'opt/monitor.sh': '#!/bin/bash\nif ! lsmod | grep -q "^toa "; then\n    modprobe toa\nfi\ndf -h\n',
};
/** What is ours, or nobody's to touch. */
const OTHERS: Readonly<Record<string, string>> = {
  'usr/src/toa-1.0.0/dkms.conf': 'PACKAGE_NAME="toa"\nPACKAGE_VERSION="1.0.0"\n',
  'usr/src/toa-1.0.0/compat/configure.sh': '#!/bin/sh\n',
  'lib/modules/6.1.0/extra/other.ko': 'x',
  'lib/modules/6.12.0/extra/toa.ko': '\x7fELF\0license=GPL\0parm=max_clients:clients\0',
  'etc/modules-load.d/toa.conf': 'toa\n',
  'etc/modprobe.d/toa.conf': 'options toa kinds=default allow=any \n',
  'etc/systemd/system/toa.service': '[Service]\nExecStart=/etc/toa/load\n',
  'var/spool/cron/root': '*/5 * * * * /opt/monitor.sh >/dev/null\n0 1 * * * /opt/backup.sh\n',
  'etc/cron.d/toa-metrics': '* * * * * root /etc/toa/metrics\n',
  'opt/backup.sh': '#!/bin/sh\ntar c /root/toa >/backup/toa.tar\n',
  'etc/cron.hourly/protocol': '#!/bin/sh\nmodprobe toaster\nmodprobe -r toad\n',
};

forEachShell('toa_vendor_module', (shell) => {
  const at = useScratch();
  const make = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(at('host', name)), { recursive: true });
      writeFileSync(at('host', name), text);
    }
  };
  const run = async (options = {}): Promise<ModuleResult> =>
    runVerb(verb, { root: at('host'), backup: '/kept' }, await shell(), options);
  const text = (name: string): string => readFileSync(at('host', name), 'utf8');

  it('what the guides made is taken away, copied before, and again: nothing', async () => {
    make({ ...GUIDES, ...OTHERS });
    const done = await run();
    expect(done.failed, String(done.msg)).toBeUndefined();
    expect(done.changed).toBe(true);
    const [kept] = readdirSync(at('host/kept'));
    for (const [name, before] of Object.entries(GUIDES)) {
      if (name.startsWith('var/lib/dkms') || name.endsWith('toa.c')) continue;
      expect(existsSync(at('host', name)) ? text(name) : undefined, name).not.toBe(before);
      expect(readFileSync(join(at('host/kept'), kept, name), 'utf8'), name).toBe(before);
    }
    expect(existsSync(at('host/var/lib/dkms/toa'))).toBe(false);
    expect(existsSync(at('host/kept', kept, 'usr/src/toa-2.0/toa.c'))).toBe(true);
    expect(existsSync(at('host/etc/sysconfig/modules/toa.modules'))).toBe(false);
    expect(text('etc/modules')).toBe('loop\n# toa is not here\n');
    expect(text('etc/modprobe.d/vtoa.conf')).toBe('options loop max_loop=8\n');
    expect(text('opt/monitor.sh')).toContain('    : # taken out by toa-play: modprobe toa\nfi\ndf -h\n');
    expect(text('etc/cron.d/toa')).toMatch(/^# taken out by toa-play: \* /);
    for (const [name, before] of Object.entries(OTHERS)) expect(text(name), name).toBe(before);
    const after = tree(at('host'));
    expect(await run()).toMatchObject({ changed: false, taken: [], msg: 'there is none' });
    expect(tree(at('host'))).toEqual(after);
  });

  it('scripts that are left are whole: sh reads them', async () => {
    make({ ...GUIDES, ...OTHERS });
    await run();
    const check = '#!/bin/sh\nread_them() { for f in "$@"; do sh -n "$f" || return 1; done; }\n';
    writeFileSync(at('check.sh'), check);
    const files = ['etc/rc.local', 'etc/sysconfig/modules/net.modules', 'opt/monitor.sh'].map((name) =>
      at('host', name),
    );
    const read = await (await shell()).call({ scripts: [at('check.sh')], fn: 'read_them', args: files });
    expect(read, read.stderr).toMatchObject({ rc: 0 });
    expect(text('etc/rc.local')).not.toMatch(/^\s*[^:#\n]*(insmod|modprobe)/m);
  });

  it('--check says the same and changes nothing', async () => {
    make({ ...GUIDES, ...OTHERS });
    const before = tree(at('host'));
    const said = await run({ check: true });
    expect(tree(at('host'))).toEqual(before);
    const done = await run();
    expect(said).toMatchObject({ changed: true, taken: done['taken'] });
  });

  it('a host without any of it', async () => {
    make(OTHERS);
    const before = tree(at('host'));
    expect(await run()).toMatchObject({ changed: false });
    expect(tree(at('host'))).toEqual(before);
  });
});

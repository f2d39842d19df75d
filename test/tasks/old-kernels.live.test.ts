import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryProgram } from '../../scripts/lib/programs.mjs';
import { copyTree, packTree } from '../support/kernel-tree.ts';
import { CaseRoot, type CaseLeft } from '../support/cases/root.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** A host of CentOS 6 by its files: boot layout, /etc/sysconfig/modules. Its userland is this machine's. */
const GRUB_CONF = `default=0
timeout=5
splashimage=(hd0,0)/grub/splash.xpm.gz
hiddenmenu
title CentOS (2.6.32-754.el6.x86_64)
	root (hd0,0)
	kernel /vmlinuz-2.6.32-754.el6.x86_64 ro root=/dev/mapper/VolGroup-lv_root rd_NO_LUKS LANG=en_US.UTF-8 rhgb quiet
	initrd /initramfs-2.6.32-754.el6.x86_64.img
`;
/** EL 6's installkernel puts files into /boot and calls new-kernel-pkg, whose grubby puts the new title first and raises
 * default. A stand-in that does only that, and writes down its words. */
const INSTALLKERNEL = `#!/bin/sh
echo "installkernel $*" >>/called
cp "$2" "$4/vmlinuz-$1"; cp "$3" "$4/System.map-$1"; echo initrd >"$4/initramfs-$1.img"
awk -v r="$1" '
  /^default=/ { sub(/=.*/, "=" substr($0, 9) + 1) }
  /^title/ && !done { done = 1
    print "title CentOS (" r ")\\n\\troot (hd0,0)\\n\\tkernel /vmlinuz-" r " ro root=/dev/mapper/VolGroup-lv_root rhgb quiet\\n\\tinitrd /initramfs-" r ".img" }
  { print }' "$4/grub/grub.conf" >"$4/grub/grub.conf.new" && mv "$4/grub/grub.conf.new" "$4/grub/grub.conf"
`;
/** Words of a program go to /called; it makes what its second word names. */
const standIn = (name: string): string => `#!/bin/sh\necho "${name} $*" >>/called\necho initrd >"$2"\n`;
/** Says that it is gcc 3.4.6, and is this machine's. */
const GCC34 = `#!/bin/sh\ncase $* in -dumpversion) echo 3.4.6 ;; *) exec gcc "$@" ;; esac\n`;

/** The historic playbooks on trees that were written for the tests (test/kernels), under one root of their own. */
describe('kernels of the guides, on a host with the boot layout of CentOS 6', () => {
  let folder = '';
  let root: CaseRoot;
  const at = (...parts: string[]): string => join(folder, ...parts);
  const program = (text: string): { text: string; mode: string } => ({ text, mode: '0755' });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'toa-old-kernels-'));
    chmodSync(folder, 0o755);
    mkdirSync(at('home'));
  });
  afterEach(() => {
    root.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const raise = (files: ConstructorParameters<typeof CaseRoot>[0]): void => {
    root = new CaseRoot(
      { '/boot/grub/grub.conf': GRUB_CONF, '/boot/vmlinuz-2.6.32-754.el6.x86_64': 'old', ...files },
      ['dash'],
      false,
    );
    writeFileSync(at('hosts'), `old ansible_connection=local ansible_shell_executable=${root.shell}\n`);
  };
  const archive = (name: 'lvs' | 'ipvs-kernel' | 'ipvs', top: string): { text: string; mode: string } => ({
    text: readFileSync(packTree(name, top, 'plain', at(`${top}.tar`)), 'latin1'),
    mode: '0644',
  });
  const play = (
    playbook: string,
    settings: Record<string, unknown>,
    ...flags: string[]
  ): { status: number | null; said: string } => {
    const words = [
      join(ROOT, 'bin/toa-play.js'),
      join(ROOT, 'playbooks', playbook),
      '-i',
      at('hosts'),
      '-e',
      JSON.stringify(settings),
    ];
    const { status, stdout, stderr } = tryProgram(process.execPath, [...words, ...flags], {
      env: { ...process.env, HOME: at('home') },
    });
    return { status, said: stdout + stderr };
  };
  const host = (path: string): string => readFileSync(join(root.folder, 'upper', path), 'latin1');
  const left = (path: string): CaseLeft | undefined => root.changed().get(path);

  const LVS = '/usr/src/linux-2.6.32-220.23.1.el6.x86_64.rs';
  const lvs = { toa_balancers: ['10.0.0.0/8'], toa_kernel_archive: '/root/lvs.tar', toa_kernel_boot: 'later' };

  it('lvs-kernel.yml: every edit, command, file and entry of the guide; the second run changes nothing', () => {
    raise({
      '/root/lvs.tar': archive('lvs', 'linux-2.6.32'),
      '/usr/local/sbin/installkernel': program(INSTALLKERNEL),
      '/etc/sysconfig/modules/other.modules': program('#!/bin/sh\n'),
    });
    const run = play('lvs-kernel.yml', lvs);
    expect(run.said).not.toMatch(/FAILED|UNREACHABLE|ERROR/);
    expect(run.status).toBe(0);
    // the guide: TCPOPT_TOA 254, CONFIG_IPV6=m to y, CONFIG_TOA=m, EXTRAVERSION -toa
    expect(host(`${LVS}/net/toa/toa.h`)).toContain('#define TCPOPT_TOA  254\n');
    expect(host(`${LVS}/.config`)).toMatch(/^CONFIG_IPV6=y$[^]*^CONFIG_TOA=m$/m);
    expect(host(`${LVS}/Makefile`)).toContain('\nEXTRAVERSION = -toa\n');
    // make, make modules_install, make install
    const log = host(String([...root.changed().keys()].find((path) => path.startsWith('/var/lib/toa/kernel/log/'))));
    expect(log.match(/^== make .*$/gm)).toEqual([
      expect.stringMatching(/-j\d+ net\/toa\/toa\.o$/),
      expect.stringMatching(/-j\d+ all$/),
    ]);
    expect(host('/called')).toBe('installkernel 2.6.32-toa arch/x86/boot/bzImage System.map /boot\n');
    expect(
      left('/lib/modules/2.6.32-toa/kernel/net/toa/toa.ko') ??
        left('/usr/lib/modules/2.6.32-toa/kernel/net/toa/toa.ko'),
    ).toBeDefined();
    // default=1 to 0, nohz=off at the end of the new kernel's line, nothing else
    expect(host('/boot/grub/grub.conf')).toBe(
      GRUB_CONF.replace(
        'title CentOS',
        'title CentOS (2.6.32-toa)\n\troot (hd0,0)\n\tkernel /vmlinuz-2.6.32-toa ro root=/dev/mapper/VolGroup-lv_root rhgb quiet nohz=off\n\tinitrd /initramfs-2.6.32-toa.img\ntitle CentOS',
      ),
    );
    // the boot script and the monitoring job
    expect(left('/etc/sysconfig/modules/toa.modules')).toMatchObject({
      mode: '0755',
      text: '#!/bin/sh\n/sbin/modprobe toa\n',
    });
    expect(host('/etc/cron.d/toa')).toContain('/sbin/modprobe toa');
    const again = play('lvs-kernel.yml', lvs);
    expect(again.said).toMatch(/^old +: ok=\d+ +changed=0 +unreachable=0 +failed=0/m);
    expect(host('/called').trim().split('\n')).toHaveLength(1);
  });

  it('lvs-kernel.yml: the faults of published trees are found at once and explained; without its toa the kernel is built', () => {
    copyTree('lvs', at('faulty'));
    writeFileSync(at('faulty/net/Makefile'), '# no toa\n');
    const pack = (): { text: string; mode: string } => {
      tryProgram('tar', ['-cf', at('faulty.tar'), '-C', folder, 'faulty']);
      return { text: readFileSync(at('faulty.tar'), 'latin1'), mode: '0644' };
    };
    const faults = { 'no line': pack() } as Record<string, { text: string; mode: string }>;
    copyTree('lvs', at('faulty'));
    writeFileSync(
      at('faulty/net/toa/toa.c'),
      '#include "toa.h"\nint init_module(void)\n{\n\tif (TCPOPT_TOA) {\n\treturn 0;\n}\n',
    );
    faults['no compile'] = pack();
    raise({
      '/root/a.tar': faults['no line'],
      '/root/b.tar': faults['no compile'],
      '/usr/local/sbin/installkernel': program(INSTALLKERNEL),
    });
    const first = play('lvs-kernel.yml', { ...lvs, toa_kernel_archive: '/root/a.tar', toa_kernel_tree: '/usr/src/a' });
    expect(first.said).toContain('net/Makefile has no "obj-$(CONFIG_TOA)": CONFIG_TOA=m would build nothing');
    expect(first.said).toContain('-e toa_lvs_receiver=bundled');
    const second = play('lvs-kernel.yml', { ...lvs, toa_kernel_archive: '/root/b.tar', toa_kernel_tree: '/usr/src/b' });
    expect(second.said).toMatch(/net\/toa\/toa\.c:\d+:\d+: error: .*-e toa_lvs_receiver=bundled/);
    expect(left('/boot/vmlinuz-2.6.32-toa')).toBeUndefined();
    const bundled = { toa_lvs_receiver: 'bundled', toa_kernel_archive: '/root/b.tar', toa_kernel_tree: '/usr/src/b' };
    const third = play('lvs-kernel.yml', { ...lvs, ...bundled });
    // the receiver itself wants this kernel's headers, which the tree for the tests has not
    expect(third.said).toMatch(/TASK \[Build the module for the kernel that boots next\]/);
    expect(host('/boot/vmlinuz-2.6.32-toa')).toContain('release 2.6.32-toa');
    expect(host('/usr/src/b/.config')).toContain('# CONFIG_TOA is not set');
  });

  it('lvs-kernel.yml: an unknown grub.conf stops it before anything there is written', () => {
    const odd = `${GRUB_CONF}unheard of\n`;
    raise({ '/root/lvs.tar': archive('lvs', 'linux-2.6.32'), '/boot/grub/grub.conf': odd });
    const run = play('lvs-kernel.yml', { ...lvs, toa_kernel_how: 'hand', toa_kernel_initrd: 'none' });
    expect(run.said).toContain('E_BOOT_ENTRY_SYNTAX');
    expect(host('/boot/grub/grub.conf')).toBe(odd);
  });

  const CONFIG = 'CONFIG_NETFILTER=m\nCONFIG_IP_MULTICAST=y\nCONFIG_MODULES=y\n';
  const ipvs = {
    toa_kernel_archive: '/root/linux.tar',
    toa_ipvs_archive: '/root/ipvs.tar',
    toa_kernel_boot: 'later',
    toa_kernel_make_options: ['CC=/opt/gcc-3.4'],
    toa_kernel_config: { CONFIG_IP_VS_TAB_BITS: 'n' },
    toa_kernel_initrd: 'mkinitrd',
    toa_grub_root: '(hd0,5)',
  };
  const oldHost = (): Parameters<typeof raise>[0] => ({
    '/root/linux.tar': archive('ipvs-kernel', 'linux-2.4.20'),
    '/root/ipvs.tar': archive('ipvs', 'ipvs-1.0.9'),
    '/boot/config-2.4.20-8': CONFIG,
    '/boot/vmlinuz': { link: 'vmlinuz-2.4.20-8' },
    '/boot/System.map': { link: 'System.map-2.4.20-8' },
    '/opt/gcc-3.4': program(GCC34),
    '/usr/local/sbin/mkinitrd': program(standIn('mkinitrd')),
  });

  it("ipvs-2.4-kernel.yml: the guide's steps, links, initrd, entry and ipvsadm; the second run changes nothing", () => {
    raise(oldHost());
    const run = play('ipvs-2.4-kernel.yml', ipvs);
    expect(run.said).not.toMatch(/FAILED|UNREACHABLE|ERROR/);
    expect(run.status).toBe(0);
    expect(left('/usr/src/linux')).toMatchObject({ link: '/usr/src/linux-2.4.20' });
    expect(host('/usr/src/linux-2.4.20/arch/i386/config.in')).toContain('CONFIG_IP_VS');
    expect(left('/usr/src/linux-2.4.20/net/ipv4/ipvs/ip_vs_wlc.c')).toBeDefined();
    expect(host('/usr/src/linux-2.4.20/.config')).toMatch(/^CONFIG_IP_VS=m$[^]*^CONFIG_NETFILTER=y$/m);
    const log = host(String([...root.changed().keys()].find((path) => path.startsWith('/var/lib/toa/kernel/log/'))));
    expect(log.match(/^== make .*$/gm)?.map((line) => line.split(' ').at(-1))).toEqual([
      'dep',
      'clean',
      'bzImage',
      'modules',
    ]);
    // mkinitrd IMAGE 2.4.20ipvs; vmlinuz, System.map and their links
    expect(host('/called')).toBe('mkinitrd -f /boot/.toa-initrd-2.4.20ipvs 2.4.20ipvs\n');
    expect(left('/boot/initrd-2.4.20ipvs.img')).toBeDefined();
    expect(left('/boot/vmlinuz')).toMatchObject({ link: 'vmlinuz-2.4.20ipvs' });
    expect(left('/boot/System.map')).toMatchObject({ link: 'System.map-2.4.20ipvs' });
    expect(left('/boot/vmlinuz-2.4.20ipvs') && left('/boot/System.map-2.4.20ipvs')).toBeDefined();
    expect(host('/boot/grub/grub.conf')).toBe(
      GRUB_CONF.replace(
        'title CentOS',
        'title LVS-linux (1.0.09)\n\troot (hd0,5)\n\tkernel /boot/vmlinuz-2.4.20ipvs ro\n\tinitrd /boot/initrd-2.4.20ipvs.img\ntitle CentOS',
      ),
    );
    expect(left('/sbin/ipvsadm') ?? left('/usr/sbin/ipvsadm')).toMatchObject({ mode: '0755' });
    const again = play('ipvs-2.4-kernel.yml', ipvs);
    expect(again.said).toMatch(/^old +: ok=\d+ +changed=0 +unreachable=0 +failed=0/m);
  });

  it('ipvs-2.4-kernel.yml: with the gcc of today it stops before anything is compiled', () => {
    raise(oldHost());
    const run = play('ipvs-2.4-kernel.yml', { ...ipvs, toa_kernel_make_options: [] });
    expect(run.said).toContain('E_KBUILD_TOOLS');
    expect(run.said).toContain('gcc 2.95 to 3.4');
    expect(left('/boot/vmlinuz-2.4.20ipvs')).toBeUndefined();
  });
});

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useScratch } from '../../../test/support/scratch.ts';
import { forEachShell } from '../../../test/support/shells.ts';
import { verbScript } from '../answer.ts';
import { SCRIPTS } from '../../kmod_boot/task.ts';

forEachShell('what the receiver leaves for the next boot', (shell) => {
  const at = useScratch();

  const call = async (fn: string, args: string[], vars: Record<string, string> = {}) => {
    const all = { check: '', TOA_RC_FILES: `${at('no')} ${at('rc.local')}`, ...vars };
    const scripts = [...SCRIPTS, verbScript('shared/receiver', 'kernel-devel.sh')];
    return (await shell()).call({ scripts, fn, args, vars: all });
  };
  const add = async (vars?: Record<string, string>) =>
    (await call('eval', ['toa_rc_add /etc/toa/load && toa_commit'], vars)).stdout;

  it('is one command before the exit of rc.local, put in once and taken out again', async () => {
    const before = '#!/bin/sh\n/etc/toa/load.old\nexit 0\nexit 0\n';
    writeFileSync(at('rc.local'), before);
    expect(await add({ check: '1' })).toBe(`changed=1\nwrote=${at('rc.local')}\n`);
    expect(readFileSync(at('rc.local'), 'utf8')).toBe(before);
    expect(await add()).toContain('changed=1');
    expect(readFileSync(at('rc.local'), 'utf8')).toBe('#!/bin/sh\n/etc/toa/load.old\n/etc/toa/load\nexit 0\nexit 0\n');
    expect(statSync(at('rc.local')).mode & 0o111).toBe(0o111);
    expect(await add()).toBe('');
    expect((await call('toa_rc_drop', ['/etc/toa/load'])).stdout).toBe('changed=1\n');
    expect(readFileSync(at('rc.local'), 'utf8')).toBe(before);
    expect((await call('toa_rc_drop', ['/etc/toa/load'])).stdout).toBe('');
    expect(readdirSync(at('.'))).toEqual(['rc.local']);
  });

  it('goes into the file that the distribution reads, when there is none yet', async () => {
    expect((await call('toa_rc_add', ['/etc/toa/load'])).rc).toBe(1);
    mkdirSync(at('d'));
    await add({ distro_rc_local: at('d/boot.local') });
    expect(readFileSync(at('d/boot.local'), 'utf8')).toBe('#!/bin/sh\n/etc/toa/load\n');
    expect(statSync(at('d/boot.local')).mode & 0o777).toBe(0o755);
  });

  it('gets its name only when all went well', async () => {
    const stage = `toa_stage ${at('a')} 0600 'one
two'`;
    await call('eval', [`${stage} && toa_unstage`]);
    expect(readdirSync(at('.'))).toEqual([]);
    expect((await call('eval', [`${stage} && toa_commit`])).stdout).toBe(`changed=1\nwrote=${at('a')}\n`);
    expect(readFileSync(at('a'), 'utf8')).toBe('one\ntwo\n');
    expect(statSync(at('a')).mode & 0o777).toBe(0o600);
    expect((await call('eval', [`${stage} && toa_commit`])).stdout).toBe('');
    expect((await call('toa_remove', [at('a')])).stdout).toBe(`changed=1\nremoved=${at('a')}\n`);
    expect(existsSync(at('a'))).toBe(false);
  });

  it('follows what the distribution has, and what is there where none is known', async () => {
    const hooks = async (folders: string) =>
      (await call('kmod_rebuild_hooks', [], { distro_kernel_hooks: folders })).stdout.trim().split('\n');
    expect(await hooks('/etc/kernel/postinst.d /etc/kernel/header_postinst.d')).toEqual([
      '/etc/kernel/postinst.d/toa',
      '/etc/kernel/header_postinst.d/toa',
    ]);
    expect(await hooks('/etc/kernel/install.d')).toEqual(['/etc/kernel/install.d/90-toa.install']);
    expect(await hooks('')).toHaveLength(1);
    const way = async (script: string) =>
      (await call('eval', ['toa_init() { echo rc.local; }; kmod_boot_way'], { distro_boot_script: script })).stdout;
    expect([await way('sysconfig'), await way('')]).toEqual(['sysconfig\n', 'rc.local\n']);
    const systemd = ['toa_init() { echo systemd; }; kmod_boot_way'];
    expect((await call('eval', systemd, { distro_boot_script: 'sysconfig' })).stdout).toBe('systemd\n');
  });

  it('headers come from the package that the distribution names, by its manager', async () => {
    mkdirSync(at('bin'));
    for (const name of ['yum', 'gcc', 'make', 'objdump']) {
      writeFileSync(at('bin', name), `#!/bin/sh\necho "${name} $*" >&2\nexit 1\n`);
      chmodSync(at('bin', name), 0o755);
    }
    const vars = {
      release: '2.6.32-1.test',
      compiler: '1',
      urls: '',
      cc: '',
      distro_libelf: '',
      distro_build_tree: '',
    };
    const devel = async (manager: string, headers: string) => {
      const fn = ['PATH=$test_bin:$PATH; kernel_devel_main'];
      const known = { ...vars, test_bin: at('bin'), distro_manager: manager, distro_headers: headers };
      return call('eval', fn, known);
    };
    const asked = await devel('yum', 'kernel-devel-2.6.32-1.test');
    expect(asked.stderr).toContain('yum install -y kernel-devel-2.6.32-1.test\n');
    expect(asked.stdout).toContain('failed=headers\nwanted=kernel-devel-2.6.32-1.test\n');
    for (const [manager, headers] of [
      ['', 'kernel-devel-x'],
      ['none', ''],
      ['yum', ''],
    ]) {
      expect((await devel(manager, headers)).stdout).toContain('failed=no_manager');
    }
  });
});

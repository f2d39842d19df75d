import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { release as osRelease } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

const scratch = useScratch();
const RUNNING = osRelease();
const ENV = '# GRUB Environment Block\n'.padEnd(1024, '#');
const recorded = (name: string): string => join(import.meta.dirname, 'recorded', name);

/** The tree of a host whose running kernel is this machine's. */
function put(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(scratch(), 'host-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const blsEntry = (release: string): string =>
  `title Linux (${release})\nversion ${release}\nlinux /vmlinuz-${release}\ninitrd /initramfs-${release}.img\noptions root=/dev/sda1 ro quiet\n`;

const bls = (): string =>
  put({
    '/boot/grub2/grub.cfg': readFileSync(recorded('el8-grub.cfg'), 'latin1'),
    '/boot/grub2/grubenv': ENV,
    [`/boot/loader/entries/a-${RUNNING}.conf`]: blsEntry(RUNNING),
    '/boot/loader/entries/a-99.1.0.conf': blsEntry('99.1.0'),
  });

forEachShell('boot_entry', (getShell) => {
  const run = async (root: string, given: Record<string, unknown>, check = false): Promise<ModuleResult> =>
    runVerb(verb, given, await getShell(), { environment: { BOOT_ROOT: root }, check, diff: true });
  const read = (root: string, path: string): string => readFileSync(join(root, path), 'latin1');

  it('pins the running kernel before a newer one is the default, once', async () => {
    const root = bls();
    const before = await run(root, { state: 'listed' });
    expect(before).toMatchObject({ loader: 'bls', default: { release: '99.1.0' } });
    expect(await run(root, { state: 'pinned' }, true)).toMatchObject({ changed: true });
    expect(read(root, '/boot/grub2/grubenv')).toBe(ENV);
    expect(await run(root, { state: 'pinned' })).toMatchObject({ changed: true });
    expect(read(root, '/boot/grub2/grubenv')).toMatch(new RegExp(`^saved_entry=a-${RUNNING}$`, 'm'));
    expect(read(root, '/boot/grub2/grubenv')).toHaveLength(1024);
    expect(await run(root, { state: 'pinned' })).toMatchObject({ changed: false });
  });

  it('boots once only where the way back is another kernel, with panic= on that entry alone', async () => {
    const root = bls();
    const once = { release: '99.1.0', once: true, guard: 0 };
    expect(await run(root, once)).toMatchObject({ failed: true, code: 'E_BOOT_ENTRY_FALLBACK' });
    await run(root, { state: 'pinned' });
    expect(await run(root, once)).toMatchObject({ changed: true });
    expect(read(root, '/boot/grub2/grubenv')).toContain('\nnext_entry=a-99.1.0\n');
    expect(read(root, '/boot/loader/entries/a-99.1.0.conf')).toContain('options root=/dev/sda1 ro quiet panic=30\n');
    expect(read(root, `/boot/loader/entries/a-${RUNNING}.conf`)).toBe(blsEntry(RUNNING));
    expect(await run(root, once)).toMatchObject({ changed: false });
    expect(await run(root, { state: 'listed' })).toMatchObject({
      next: { release: '99.1.0' },
      default: { release: RUNNING },
    });
    expect(await run(root, { state: 'restored' })).toMatchObject({ changed: true });
    expect(read(root, '/boot/grub2/grubenv')).toBe(ENV);
    expect(read(root, '/boot/loader/entries/a-99.1.0.conf')).toBe(blsEntry('99.1.0'));
    expect(existsSync(join(root, 'var/lib/toa'))).toBe(false);
  });

  it('takes back nothing that somebody changed since', async () => {
    const root = bls();
    await run(root, { release: '99.1.0', arguments: ['nohz=off'] });
    const theirs = `${blsEntry('99.1.0')}# theirs\n`;
    writeFileSync(join(root, 'boot/loader/entries/a-99.1.0.conf'), theirs);
    expect((await run(root, { state: 'restored' })).warnings).toEqual([
      `${root}/boot/loader/entries/a-99.1.0.conf was changed by someone else since, and stays`,
    ]);
    expect(read(root, '/boot/loader/entries/a-99.1.0.conf')).toBe(theirs);
  });

  it('follows the link that grubenv is on UEFI', async () => {
    const root = bls();
    mkdirSync(join(root, 'boot/efi'));
    copyFileSync(join(root, 'boot/grub2/grubenv'), join(root, 'boot/efi/grubenv'));
    const link = join(root, 'boot/grub2/grubenv');
    rmSync(link);
    symlinkSync('../efi/grubenv', link);
    await run(root, { state: 'pinned' });
    expect(read(root, '/boot/efi/grubenv')).toContain('saved_entry=');
    expect(read(root, '/boot/grub2/grubenv')).toContain('saved_entry=');
  });

  it('edits grub.conf of the guide for 2.6.32: default, one argument, bytes beside them', async () => {
    const text = readFileSync(recorded('el6-grub.conf'), 'latin1');
    const root = put({ '/boot/grub/grub.conf': text });
    const result = await run(root, { release: '2.6.32-toa', default: true, arguments: 'nohz=off' });
    expect(result).toMatchObject({ changed: true, loader: 'grub_legacy', before: { default: '1' } });
    expect(read(root, '/boot/grub/grub.conf')).toBe(
      text.replace('default=1', 'default=0').replace(/(2\.6\.32-toa ro .*quiet)/, '$1 nohz=off'),
    );
    expect(await run(root, { release: '2.6.32-toa', default: true, arguments: 'nohz=off' })).toMatchObject({
      changed: false,
    });
  });

  it('adds and removes an entry of grub.conf', async () => {
    const text = readFileSync(recorded('el6-grub.conf'), 'latin1');
    const root = put({ '/boot/grub/grub.conf': text });
    const entry = { title: 'LVS', root: '(hd0,5)', kernel: '/boot/vmlinuz-2.4.20ipvs', arguments: ['ro'] };
    expect(await run(root, { ...entry, initrd: '/boot/initrd-2.4.20ipvs.img' })).toMatchObject({ changed: true });
    expect(read(root, '/boot/grub/grub.conf')).toContain('default=2\n');
    expect(await run(root, { title: 'LVS', state: 'absent' })).toMatchObject({ changed: true });
    expect(read(root, '/boot/grub/grub.conf')).toBe(text);
    expect(await run(root, { title: 'LVS', state: 'absent' })).toMatchObject({ changed: false });
  });

  it('writes nothing where it does not understand all, or a word could mean something else', async () => {
    const text = 'default=0\ntitle a\n\tkernel /vmlinuz-1 ro\n\tsurprise 5\n';
    const root = put({ '/boot/grub/grub.conf': text });
    const result = await run(root, { title: 'a', arguments: 'nohz=off' });
    expect(result).toMatchObject({ failed: true, code: 'E_BOOT_ENTRY_SYNTAX' });
    expect(result.msg).toContain('grub.conf:4: has "surprise 5"');
    expect(read(root, '/boot/grub/grub.conf')).toBe(text);
    const good = put({ '/boot/grub/grub.conf': text.replace('\tsurprise 5\n', '') });
    for (const word of ['a;reboot', '$(x)', 'a b', "'", 'a\nb'])
      expect(await run(good, { title: 'a', arguments: [word] })).toMatchObject({ code: 'E_BOOT_ENTRY_WORD' });
    const grub2 = put({ '/boot/grub/grub.cfg': "menuentry 'a {\n", '/boot/grub/grubenv': ENV });
    expect(await run(grub2, { state: 'pinned' })).toMatchObject({ code: 'E_BOOT_ENTRY_SYNTAX' });
  });

  it('names the kernels that there are, and says where no loader is', async () => {
    const root = bls();
    const none = await run(root, { release: '5.0', default: true });
    expect(none.msg).toBe(`no entry for 5.0: there are 99.1.0, ${RUNNING}`);
    expect(await run(put({ '/x': '' }), { state: 'listed' })).toMatchObject({ code: 'E_BOOT_ENTRY_LOADER' });
  });

  it('checks all that a boot with a way back needs', async () => {
    const root = bls();
    const { checks } = (await run(root, { state: 'checked', release: '99.1.0' })) as unknown as {
      checks: { check: string; state: string }[];
    };
    expect(checks.map(({ check }) => check)).toEqual([
      'once',
      'writable',
      'saved',
      'default',
      'blessing',
      'panic',
      'room',
      'needrestart',
    ]);
    expect(checks.find(({ check }) => check === 'default')?.state).toBe('mended');
    const fixed = put({ '/boot/grub/grub.cfg': 'set default="0"\nmenuentry a {\n linux /vmlinuz-1 x\n}\n' });
    expect(await run(fixed, { state: 'checked' })).toMatchObject({
      code: 'E_BOOT_ENTRY_PREFLIGHT',
      msg: expect.stringContaining('does not read next_entry') as unknown,
    });
  });
});

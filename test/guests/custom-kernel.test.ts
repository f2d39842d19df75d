import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../scripts/lib/programs.mjs';
import { type Finished, scratch } from '../e2e/fleet.ts';
import { Guests } from './guests.ts';

const PLAYBOOK = 'playbooks/custom-kernel.yml';
const UNCHANGED = { changed: 0, failed: 0, unreachable: 0 };
const FRAGMENT = join(import.meta.dirname, 'small-kernel.config');
/** What the patch makes /proc/version say. */
const WORDS = 'patched for a test of toa-play';

/** The archive of Debian's package linux-source-6.1, fetched once. */
function sourceArchive(folder: string): string {
  const given = process.env['TOA_KERNEL_ARCHIVE'];
  if (given !== undefined) return given;
  runProgram('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', 'linux-source-6.1'], { cwd: folder });
  runProgram('sh', ['-c', 'dpkg -x linux-source-6.1_*.deb source && rm linux-source-6.1_*.deb'], { cwd: folder });
  return join(folder, 'source/usr/src/linux-source-6.1.tar.xz');
}

/** A patch of the source that was fetched: /proc/version says more. Made here, so that no line of a kernel stands here. */
function makePatch(archive: string, folder: string): string {
  const file = 'fs/proc/version.c';
  const text = runProgram('tar', ['-xOf', archive, '--wildcards', `*/${file}`]);
  for (const side of ['a', 'b']) mkdirSync(join(folder, side, 'fs/proc'), { recursive: true });
  writeFileSync(join(folder, 'a', file), text);
  writeFileSync(join(folder, 'b', file), text.replace('\treturn 0;\n', `\tseq_puts(m, "${WORDS}\\n");\n\treturn 0;\n`));
  const path = join(folder, 'version.patch');
  runProgram('sh', ['-c', `diff -u a/${file} b/${file} >${path}; [ $? = 1 ]`], { cwd: folder });
  return path;
}

/** On a guest that has the eBPF receiver. TOA_KERNEL_TREE=PATH builds in a tree that is there, which saves the compiling. */
describe('custom-kernel.yml: a kernel from source on a virtual machine', () => {
  let guests: Guests;
  let settings: Record<string, unknown> = {};
  const running = (): Promise<string> => guests.on('guest-a', 'uname -r');
  const said = ({ stdout, stderr }: Finished): string => stdout + stderr;
  const play = (more: Record<string, unknown> = {}): Promise<Finished> =>
    guests.play(PLAYBOOK, '--limit', 'guest-a,localhost', '-e', JSON.stringify({ ...settings, ...more }));

  beforeAll(async () => {
    guests = new Guests();
    const folder = process.env['TOA_KERNEL_FOLDER'] ?? scratch();
    const archive = sourceArchive(folder);
    const tree = process.env['TOA_KERNEL_TREE'];
    settings = {
      toa_strategy: 'ebpf',
      toa_hosts: 'servers',
      toa_kernel_builder: 'localhost',
      toa_kernel_tree: tree ?? join(folder, 'linux'),
      ...(tree === undefined && { toa_kernel_archive: archive }),
      toa_kernel_patches: [makePatch(archive, folder)],
      toa_kernel_config_from: 'tinyconfig',
      toa_kernel_fragments: [FRAGMENT],
      toa_kernel_initrd: 'none',
      toa_extraversion: '-toa',
      // emulated machines boot slowly, those beside busy neighbours more so
      toa_reboot_timeout: 3600,
    };
    await guests.good('playbooks/site.yml', '--limit', 'guest-a', '-e', 'toa_strategy=ebpf');
    await guests.save('ready', 'guest-a');
  }, 7_200_000);
  afterAll(() => guests?.down());

  it('compiled, installed, booted once, proved, the default; the second run takes seconds and changes nothing', async () => {
    const first = guests.kernel('first');
    const run = await play();
    expect(said(run)).not.toMatch(/FAILED|UNREACHABLE/);
    expect(run.code).toBe(0);
    const release = await running();
    expect(release).toMatch(/^6\.1\.\d+-toa$/);
    expect(await guests.on('guest-a', 'cat /proc/version')).toContain(WORDS);
    expect(await guests.shown()).toMatchObject({ 'guest-a': 'client' });
    const begun = Date.now();
    const again = await guests.good(PLAYBOOK, '--limit', 'guest-a,localhost', '-e', JSON.stringify(settings));
    expect(again).toMatchObject({ 'guest-a': UNCHANGED, localhost: UNCHANGED });
    expect(Date.now() - begun).toBeLessThan(300_000);
    // it is the default: a power cut changes nothing
    await guests.command('restart', 'guest-a');
    expect(await running()).toBe(release);
    expect(await guests.shown()).toMatchObject({ 'guest-a': 'client' });
    // the kernel before is still there, and the running one cannot be removed
    expect(await guests.on('guest-a', 'ls /boot/vmlinuz-*')).toContain(first);
    await guests.save('custom', 'guest-a');
  }, 10_800_000);

  it('a kernel that panics: back by itself, and the report says so', async () => {
    await guests.reset('custom', 'guest-a');
    const release = await running();
    // it does not find its disk
    const run = await play({ toa_extraversion: '-panics', toa_kernel_config: { CONFIG_BLK_DEV_NVME: 'n' } });
    expect(run.code).toBe(2);
    expect(said(run)).toContain(`${release} runs, and shows clients`);
    expect(await running()).toBe(release);
    expect(await guests.shown()).toMatchObject({ 'guest-a': 'client' });
    expect(readFileSync(join(guests.dir, 'hosts/guest-a/console.old'), 'latin1')).toContain('Kernel panic');
  }, 7_200_000);
});

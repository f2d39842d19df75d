import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import type { Session } from '../../src/host/contract.ts';
import { openSession } from '../../src/host/session/session.ts';
import { localTarget } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as copy } from '../copy/task.ts';
import { verb as getent } from '../getent/task.ts';
import { verb as group } from '../group/task.ts';
import { verb as lineinfile } from '../lineinfile/task.ts';
import { verb as mount } from '../mount/task.ts';
import { verb as sysctl } from '../sysctl/task.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

/**
 * Real accounts, mounts and a full disk, as root in a mount namespace of its own: /etc and /home are copies there, and
 * nothing reaches the machine.
 */
let session: Session;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toa-live-'));
  const shell = join(folder, 'shell');
  const inside = [
    'mount --make-rprivate / && mkdir -p "$0/etc" "$0/tiny" "$0/ro"',
    'cp -a /etc/. "$0/etc/" && mount --bind "$0/etc" /etc && mount -t tmpfs tmpfs /home',
    'mount -t tmpfs -o size=64k tmpfs "$0/tiny" && mount -t tmpfs tmpfs "$0/ro"',
    'echo old >"$0/ro/f" && mount -o remount,ro "$0/ro"',
    'shift && exec sh "$@"',
  ].join(' && ');
  writeFileSync(shell, `#!/bin/sh\nexec unshare -m sh -c '${inside}' '${folder}' x "$@"\n`);
  chmodSync(shell, 0o755);
  session = openSession(localTarget(shell));
});
afterAll(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (which: { readonly name: string }, args: Record<string, unknown>): Promise<ModuleResult> =>
  runVerb(which as never, args, await session.shell());
const once = async (which: { readonly name: string }, args: Record<string, unknown>): Promise<ModuleResult> => {
  const first = await run(which, args);
  expect(first, JSON.stringify(first)).toMatchObject({ changed: true });
  expect(await run(which, args)).toMatchObject({ changed: false });
  return first;
};
const line = async (database: string, key: string): Promise<unknown> => {
  const result = await run(getent, { database, key });
  return (result.ansible_facts as Record<string, Record<string, unknown>>)[`getent_${database}`][key];
};

it('makes, changes and removes groups', async () => {
  expect(await once(group, { name: 'toa-g', gid: 4242 })).toMatchObject({ gid: 4242, state: 'present', system: false });
  await once(group, { name: 'toa-g', gid: 4243 });
  await once(group, { name: 'toa-h', system: true });
  expect(await line('group', 'toa-g')).toEqual(['x', '4243', '']);
});

it('makes an account, changes what differs, keeps the password out of sight', async () => {
  const hash = '$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.';
  const base = { name: 'toa-u', comment: "O'Neil, x", shell: '/bin/sh', groups: ['toa-g'], uid: 4300 };
  const made = await once(verb, { ...base, password: hash });
  expect(made).toMatchObject({ uid: 4300, home: '/home/toa-u', password: 'NOT_LOGGING_PASSWORD', create_home: true });
  expect(await line('shadow', 'toa-u')).toContain(hash);
  await once(verb, { ...base, groups: ['toa-h'], append: true });
  expect(await line('group', 'toa-g')).toEqual(['x', '4243', 'toa-u']);
  await once(verb, { ...base, groups: ['toa-h'] });
  expect(await line('group', 'toa-g')).toEqual(['x', '4243', '']);
  await once(verb, { ...base, groups: ['toa-h'], shell: '/bin/bash', comment: '' });
  await once(verb, {
    ...base,
    groups: ['toa-h'],
    shell: '/bin/bash',
    comment: '',
    password_lock: true,
    expires: 1_900_000_000,
  });
  expect(await line('passwd', 'toa-u')).toEqual(['x', '4300', '4300', '', '/home/toa-u', '/bin/bash']);
  expect(await line('shadow', 'toa-u')).toContain(`!${hash}`);
  expect(await run(verb, { name: 'toa-u', group: 'no-such' })).toMatchObject({
    failed: true,
    msg: 'Group no-such does not exist',
  });
  expect(await once(verb, { name: 'toa-u', state: 'absent', remove: true })).toMatchObject({
    remove: true,
    state: 'absent',
  });
  await once(group, { name: 'toa-g', state: 'absent' });
});

it('makes a key for an account', async () => {
  const made = await once(verb, { name: 'toa-k', generate_ssh_key: true, ssh_key_type: 'ed25519', system: true });
  expect(made).toMatchObject({
    ssh_key_file: '/home/toa-k/.ssh/id_ed25519',
    ssh_public_key: expect.stringMatching(/^ssh-ed25519 /),
  });
});

it('mounts, remounts, unmounts', async () => {
  const at = join(folder, 'mnt');
  const args = { path: at, src: 'tmpfs', fstype: 'tmpfs', fstab: '/etc/fstab' };
  await once(mount, { ...args, opts: 'size=1m', state: 'mounted' });
  await once(mount, { ...args, opts: 'size=1m,ro', state: 'mounted' });
  expect(await run(copy, { content: 'x', dest: `${at}/f` })).toMatchObject({ failed: true, code: 'E_READ_ONLY' });
  await once(mount, { ...args, state: 'unmounted' });
  await once(mount, { ...args, state: 'absent' });
});

it('leaves the old file whole when the disk is full or read-only', async () => {
  const full = join(folder, 'tiny/f');
  expect(await run(copy, { content: 'old\n', dest: full })).toMatchObject({ changed: true });
  const large = 'x'.repeat(200_000);
  expect(await run(copy, { content: large, dest: full })).toMatchObject({ failed: true });
  expect(await run(lineinfile, { path: full, line: large.slice(0, 100_000) })).toMatchObject({
    failed: true,
    code: 'E_DISK_FULL',
  });
  // nothing is left behind, so what fits still goes in
  expect(await run(copy, { content: 'old\n', dest: full })).toMatchObject({ changed: false });
  expect(await run(copy, { content: 'y'.repeat(40_000), dest: full })).toMatchObject({ changed: true });
  expect(await run(lineinfile, { path: join(folder, 'ro/f'), line: 'x' })).toMatchObject({
    failed: true,
    code: 'E_READ_ONLY',
  });
});

it('sets a parameter of the kernel', async () => {
  const value = runProgram('cat', ['/proc/sys/kernel/hostname']).trim();
  // the name it has already: the file changes, the kernel does not
  await once(sysctl, {
    name: 'kernel.hostname',
    value,
    sysctl_set: true,
    reload: false,
    sysctl_file: '/etc/sysctl.d/toa.conf',
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModuleResult } from '../../../src/base/result.ts';
import { openSession } from '../../../src/host/session/session.ts';
import { forEachShell, localTarget } from '../../../test/support/shells.ts';
import { runVerb } from '../../../test/support/verb-context.ts';
import { verb as blockinfile } from '../../blockinfile/task.ts';
import { verb as copy } from '../../copy/task.ts';
import { verb as lineinfile } from '../../lineinfile/task.ts';
import { verb as replace } from '../../replace/task.ts';
import type { Verb } from '../../../src/verb/verb.ts';
import { runProgram } from '../../../scripts/lib/programs.mjs';

// A real ext4 file system of 4 MB, which has ACLs, extended attributes, chattr flags and an end. Needs root, acl, attr.
let folder: string;
let at: (name: string) => string;
const sh = (command: string): string => runProgram('sh', ['-c', command]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toa-attributes-'));
  mkdirSync(join(folder, 'm'));
  at = (name) => join(folder, 'm', name);
  sh(`truncate -s 4M ${folder}/disk && mkfs.ext4 -q -m 0 ${folder}/disk && mount -o loop ${folder}/disk ${folder}/m`);
});
afterAll(() => {
  sh(`umount ${folder}/m`);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  for (const name of readdirSync(join(folder, 'm'))) {
    if (name === 'lost+found') continue;
    sh(`chattr -i -a ${at(name)}`);
    rmSync(at(name), { recursive: true, force: true });
  }
});

/** One change of the file `f`, which holds "old line", by each verb that writes files. */
const CHANGES: readonly (readonly [string, Verb, (path: string) => Record<string, unknown>])[] = [
  ['copy', copy as unknown as Verb, (path) => ({ dest: path, content: 'new line\n' })],
  ['lineinfile', lineinfile as unknown as Verb, (path) => ({ path, line: 'new line' })],
  ['replace', replace as unknown as Verb, (path) => ({ path, regexp: 'old', replace: 'new' })],
  ['blockinfile', blockinfile as unknown as Verb, (path) => ({ path, block: 'new line' })],
];

forEachShell('what a file keeps when it is written anew', (getShell) => {
  const change = async (name: string, path: string): Promise<ModuleResult> => {
    const [, verb, args] = CHANGES.find(([known]) => known === name) as (typeof CHANGES)[number];
    return runVerb(verb, args(path), await getShell());
  };
  const names = CHANGES.map(([name]) => name);

  it.each(names)('%s: owner, mode and ACL', async (name) => {
    const path = at('f');
    writeFileSync(path, 'old line\n');
    sh(`chown daemon:mail ${path} && chmod 640 ${path} && setfacl -m u:nobody:rw,g:games:r ${path}`);
    const acl = sh(`getfacl -cp ${path}`);
    expect(acl).toContain('user:nobody:rw-');
    const { mode, uid, gid } = statSync(path);
    expect(await change(name, path)).toMatchObject({ changed: true });
    expect(readFileSync(path, 'utf8')).toContain('new line');
    expect(sh(`getfacl -cp ${path}`)).toBe(acl);
    expect(statSync(path)).toMatchObject({ mode, uid, gid });
  });

  it.each(names)('%s: a file that may not be changed is refused and whole', async (name) => {
    const path = at('f');
    writeFileSync(path, 'old line\n');
    sh(`chattr +i ${path}`);
    expect(await change(name, path)).toMatchObject({ failed: true, code: 'E_PERMISSION' });
    expect(readFileSync(path, 'utf8')).toBe('old line\n');
    expect(readdirSync(join(folder, 'm')).filter((entry) => entry.startsWith('.'))).toEqual([]);
  });

  it.each(names)('%s: on a full disk the old file is whole, and nothing is left', async (name) => {
    const path = at('f');
    writeFileSync(path, `old line\n${'x\n'.repeat(100_000)}`);
    const before = readFileSync(path, 'utf8');
    sh(`dd if=/dev/zero of=${at('fill')} bs=1k 2>/dev/null || true`);
    const result = await (name === 'copy'
      ? runVerb(copy, { dest: path, content: 'y\n'.repeat(20_000) }, await getShell())
      : change(name, path));
    expect(result).toMatchObject({ failed: true, code: 'E_DISK_FULL' });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(join(folder, 'm')).filter((entry) => entry.startsWith('.'))).toEqual([]);
  });

  it('a text that a shell writes itself does not fit on a full disk either', async () => {
    sh(`dd if=/dev/zero of=${at('fill')} bs=1k 2>/dev/null || true`);
    const result = await runVerb(copy, { dest: at('short'), content: 'y\n' }, await getShell());
    expect(result).toMatchObject({ failed: true, code: 'E_DISK_FULL' });
    expect(readdirSync(join(folder, 'm')).filter((entry) => /^\.|^short/.test(entry))).toEqual([]);
  });

  it.each(names)('%s: on a read-only file system the old file is whole', async (name) => {
    const path = at('f');
    writeFileSync(path, 'old line\n');
    sh(`mount -o remount,ro ${folder}/m`);
    try {
      expect(await change(name, path)).toMatchObject({ failed: true, code: 'E_READ_ONLY' });
      expect(readFileSync(path, 'utf8')).toBe('old line\n');
    } finally {
      sh(`mount -o remount,rw ${folder}/m`);
    }
  });
});

// busybox's cp can do neither
describe('with the cp of coreutils', () => {
  const session = openSession(localTarget());
  afterAll(() => session.close());

  it.each(CHANGES.map(([name]) => name))('%s keeps extended attributes', async (name) => {
    const [, verb, args] = CHANGES.find(([known]) => known === name) as (typeof CHANGES)[number];
    writeFileSync(at('f'), 'old line\n');
    sh(`setfattr -n user.note -v kept ${at('f')}`);
    expect(await runVerb(verb, args(at('f')), await session.shell())).toMatchObject({ changed: true });
    expect(sh(`getfattr --absolute-names --only-values -n user.note ${at('f')}`)).toBe('kept');
  });

  it('a sparse file that is copied on the host stays sparse', async () => {
    sh(`truncate -s 64M ${at('sparse')} && printf x >>${at('sparse')}`);
    const result = await runVerb(
      copy,
      { src: at('sparse'), dest: at('again'), remote_src: true },
      await session.shell(),
    );
    expect(result).toMatchObject({ changed: true, size: 64 * 1024 * 1024 + 1 });
    expect(statSync(at('again')).blocks).toBeLessThan(1000);
  });
});

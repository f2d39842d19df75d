import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { forEachShell } from '../support/shells.ts';
import { runVerb } from '../support/verb-context.ts';
import { verb as archive } from '../../tasks/archive/task.ts';
import { verb as assemble } from '../../tasks/assemble/task.ts';
import { verb as copy } from '../../tasks/copy/task.ts';
import { verb as file } from '../../tasks/file/task.ts';
import { verb as find } from '../../tasks/find/task.ts';
import { verb as git } from '../../tasks/git/task.ts';
import { verb as setup } from '../../tasks/setup/task.ts';
import { verb as unarchive } from '../../tasks/unarchive/task.ts';
import { NAMES } from './odd-names.ts';
import { runProgram, tryProgram } from '../../scripts/lib/programs.mjs';

// Verbs that walk over a tree, in one whose names are hostile: NAMES, bytes that are no UTF-8, and a folder whose name
// ends in a line break, so that what is in it looks like root's file by its path. Needs root.
const GAMES = 5;
let top: string;
let canary: string;
let pwned: string;
const at = (name: string): string => join(top, name);
const PLAIN = NAMES.filter((name) => !name.includes('\n'));

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'toa-trees-'));
  chmodSync(top, 0o755);
  canary = at('canary');
  pwned = at('pwned');
  mkdirSync(at('bin'));
  writeFileSync(at('bin/toa-pwned'), `#!/bin/sh\necho x >>${pwned}\n`, { mode: 0o755 });
});
afterAll(() => rmSync(top, { recursive: true, force: true }));
beforeEach(() => {
  for (const name of readdirSync(top)) if (name !== 'bin') rmSync(at(name), { recursive: true });
  writeFileSync(canary, 'secret\n', { mode: 0o600 });
});

/** Bytes of names that no text is. */
const BYTES = [Buffer.from([0xff, 0xfe]), Buffer.from([0x61, 0xc3]), Buffer.from([0xed, 0xa0, 0x80])];

function plant(folder: string, names: readonly string[], bytes: readonly Buffer[] = BYTES): number {
  mkdirSync(join(folder, 'deep'), { recursive: true });
  const all = [...names.map((name) => Buffer.from(name)), ...bytes];
  for (const name of all) writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), 'x\n');
  for (const name of all) {
    const inner = Buffer.concat([Buffer.from(`${folder}/deep/`), name]);
    mkdirSync(inner);
    writeFileSync(Buffer.concat([inner, Buffer.from('/in')]), 'y\n');
  }
  return all.length;
}

/** A path below `folder` whose second line is the path of root's file. */
function plantBreak(folder: string): void {
  const below = canary.split('/').slice(1);
  mkdirSync(join(folder, 'x\n', ...below.slice(0, -1)), { recursive: true });
  writeFileSync(join(folder, 'x\n', ...below), '');
}

function expectIntact(): void {
  expect(readFileSync(canary, 'utf8')).toBe('secret\n');
  const { uid, gid, mode } = lstatSync(canary);
  expect([uid, gid, mode & 0o7777]).toEqual([0, 0, 0o600]);
  expect(() => lstatSync(pwned)).toThrow();
}

/** All below a folder, by the bytes of their names. */
const listed = (folder: string): string =>
  tryProgram('find', [folder, '-mindepth', '1', '-printf', '%P %y %s\\0']).bytes.toString('latin1');
const sorted = (text: string): string[] => text.split('\0').sort();
/** How many below it are not theirs. */
const others = (folder: string, uid: number): string =>
  tryProgram('find', [folder, '-mindepth', '1', '!', '-uid', `${uid}`]).bytes.toString('latin1');

forEachShell('a tree of hostile names', (getShell) => {
  const run: typeof runVerb = async (verb, given, shell, options) =>
    runVerb(verb, given, shell, { ...options, environment: { PATH: `${at('bin')}:${process.env['PATH'] ?? ''}` } });

  it('file: recurse and absent', async () => {
    plant(at('tree'), NAMES);
    plantBreak(at('tree'));
    const shell = await getShell();
    expect(
      await run(file, { path: at('tree'), recurse: true, owner: 'games', mode: 'u=rwX,go=' }, shell),
    ).toMatchObject({
      changed: true,
    });
    expect(others(at('tree'), GAMES)).toBe('');
    expect(
      await run(file, { path: at('tree'), recurse: true, owner: 'games', mode: 'u=rwX,go=' }, shell),
    ).toMatchObject({
      changed: false,
    });
    expect(await run(file, { path: at('tree'), state: 'absent' }, shell)).toMatchObject({ changed: true });
    expect(() => lstatSync(at('tree'))).toThrow();
    expectIntact();
  });

  it('copy of a folder of the host', async () => {
    plant(at('tree'), NAMES);
    plantBreak(at('tree'));
    const given = { src: `${at('tree')}/`, dest: at('to'), remote_src: true, owner: 'games', mode: '0640' };
    expect(await run(copy, given, await getShell())).toMatchObject({ changed: true });
    expect(sorted(listed(at('to')))).toEqual(sorted(listed(at('tree'))));
    expect(await run(copy, given, await getShell())).toMatchObject({ changed: false });
    expectIntact();
  });

  it('copy of a folder of the controller', async () => {
    plant(at('tree'), NAMES, []);
    plantBreak(at('tree'));
    const given = { src: `${at('tree')}/`, dest: at('to'), owner: 'games', mode: '0640' };
    expect(await run(copy, given, await getShell())).toMatchObject({ changed: true });
    expect(sorted(listed(at('to')))).toEqual(sorted(listed(at('tree'))));
    expect(await run(copy, given, await getShell())).toMatchObject({ changed: false });
    expectIntact();
    plant(at('bytes'), []);
    await expect(run(copy, { ...given, src: `${at('bytes')}/` }, await getShell())).rejects.toThrow('is no UTF-8');
  });

  it.each(['gz', 'tar', 'zip'])('archive and unarchive: %s', async (format) => {
    const shell = await getShell();
    const bytes = format === 'zip' ? [] : BYTES;
    // unzip takes what follows a semicolon for a version number of VMS
    const names = format === 'zip' ? PLAIN.filter((name) => !name.includes(';')) : PLAIN;
    plant(at('tree'), names, bytes);
    const packed = { path: at('tree'), dest: at('packed'), format };
    expect(await run(archive, packed, shell)).toMatchObject({ changed: true });
    expect(await run(archive, packed, shell)).toMatchObject({ changed: false });
    mkdirSync(at('to'));
    const given = { src: at('packed'), dest: at('to'), remote_src: true, owner: 'games', list_files: true };
    const result = await run(unarchive, given, shell);
    expect(result).toMatchObject({ changed: true });
    expect(sorted(listed(at('to/tree')))).toEqual(sorted(listed(at('tree'))));
    expect(others(at('to'), GAMES)).toBe('');
    expect(result['files']).toEqual(expect.arrayContaining(names.map((name) => `tree/${name}`)));
    expect(await run(unarchive, given, shell)).toMatchObject({ changed: false });
    expectIntact();
  });

  it('archive refuses line breaks; unarchive unpacks them, but gives them no attributes', async () => {
    const shell = await getShell();
    plant(at('tree'), NAMES);
    plantBreak(at('tree'));
    expect(await run(archive, { path: at('tree'), dest: at('packed') }, shell)).toMatchObject({ failed: true });
    runProgram('tar', ['-C', at('tree'), '-cf', at('made.tar'), '.']);
    mkdirSync(at('to'));
    const given = { src: at('made.tar'), dest: at('to'), remote_src: true };
    expect(await run(unarchive, { ...given, owner: 'games' }, shell)).toMatchObject({ failed: true });
    expect(await run(unarchive, { ...given, list_files: true }, shell)).toMatchObject({ failed: true });
    expect(readdirSync(at('to'))).toEqual([]);
    expect(await run(unarchive, given, shell)).toMatchObject({ changed: true });
    expect(sorted(listed(at('to')))).toEqual(sorted(listed(at('tree'))));
    expectIntact();
  });

  it('unarchive: members outside of dest get nothing', async () => {
    const shell = await getShell();
    mkdirSync(at('tree'));
    mkdirSync(at('to'));
    writeFileSync(at('tree/in'), '');
    runProgram('tar', ['-P', '-C', at('tree'), '-cf', at('made.tar'), '../canary', canary, 'in']);
    runProgram('zip', ['-q', at('made.zip'), '../canary', 'in'], { cwd: at('tree') });
    for (const src of ['made.tar', 'made.zip'])
      await run(unarchive, { src: at(src), dest: at('to'), remote_src: true, owner: 'games', mode: '0666' }, shell);
    expectIntact();
  });

  it('find lists what has no line break and counts the others', async () => {
    const planted = plant(at('tree'), NAMES, []);
    writeFileSync(Buffer.concat([Buffer.from(`${at('tree')}/`), Buffer.from([0xff, 0x0a, 0xfe])]), '');
    const result = await run(find, { paths: at('tree'), hidden: true, get_checksum: true }, await getShell());
    const broken = NAMES.length - PLAIN.length;
    expect((result['files'] as { path: string }[]).map(({ path }) => path).toSorted()).toEqual(
      PLAIN.map((name) => at(`tree/${name}`)).toSorted(),
    );
    expect(planted - broken).toBe(PLAIN.length);
    expectIntact();
  });

  it('assemble joins what has no line break and refuses others', async () => {
    plant(at('tree'), PLAIN);
    const given = { src: at('tree'), dest: at('whole'), remote_src: true };
    expect(await run(assemble, given, await getShell())).toMatchObject({ changed: true });
    expect(readFileSync(at('whole'), 'utf8')).toBe('x\n'.repeat(PLAIN.length + BYTES.length));
    expect(await run(assemble, { ...given, regexp: '^[ -~]+$' }, await getShell())).not.toMatchObject({ failed: true });
    writeFileSync(at('tree/a\nb'), '');
    expect(await run(assemble, given, await getShell())).toMatchObject({ failed: true });
    expectIntact();
  });

  it('git', async () => {
    plant(at('tree'), NAMES);
    const words = ['-C', at('tree'), '-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'core.protectNTFS=false'];
    for (const more of [
      ['init', '-q', '-b', 'main'],
      ['add', '-A'],
      ['commit', '-q', '-m', 'first'],
    ])
      runProgram('git', [...words, ...more]);
    const given = { repo: at('tree'), dest: at('to'), version: 'main' };
    expect(await run(git, given, await getShell())).toMatchObject({ changed: true });
    expect(await run(git, given, await getShell())).toMatchObject({ changed: false });
    expectIntact();
  });

  it('setup runs no facts by their names', async () => {
    mkdirSync(at('tree'));
    for (const name of NAMES) if (name.length < 200) writeFileSync(at(`tree/${name}.fact`), '{"a": 1}');
    const result = await run(setup, { gather_subset: ['!all', 'local'], fact_path: at('tree') }, await getShell());
    expect(result).not.toMatchObject({ failed: true });
    expectIntact();
  });
});

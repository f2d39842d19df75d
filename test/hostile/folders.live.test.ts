import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { forEachShell } from '../support/shells.ts';
import { runVerb } from '../support/verb-context.ts';
import { verb as blockinfile } from '../../tasks/blockinfile/task.ts';
import { verb as copy } from '../../tasks/copy/task.ts';
import { verb as file } from '../../tasks/file/task.ts';
import { verb as lineinfile } from '../../tasks/lineinfile/task.ts';
import type { Verb } from '../../src/verb/verb.ts';
import { childProgram, runProgram } from '../../scripts/lib/programs.mjs';

// A folder of the user games, in which they exchange names as fast as they can while root works there. Needs root.
const GAMES = 5;
let top: string;
let home: string;
let canary: string;
const at = (name: string): string => join(home, name);

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'toa-hostile-'));
  chmodSync(top, 0o755);
  canary = join(top, 'canary');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));
beforeEach(() => {
  home = mkdtempSync(join(top, 'home-'));
  chmodSync(home, 0o755);
  chownSync(home, GAMES, 60);
  writeFileSync(canary, 'secret\n');
  chmodSync(canary, 0o600);
  chownSync(canary, 0, 0);
});

function expectIntact(): void {
  expect(readFileSync(canary, 'utf8')).toBe('secret\n');
  const { uid, gid, mode } = lstatSync(canary);
  expect([uid, gid, mode & 0o7777]).toEqual([0, 0, 0o600]);
}

/** As games: whatever hidden file shows up, and the file itself, becomes a link to root's canary and back. */
function watcher(): ChildProcess {
  const script = `cd "$1"; while :; do for f in .toa-* f; do ln -sfn "$2" "$f"; done; rm -f f; echo x >f; done 2>/dev/null`;
  return childProgram(
    'setpriv',
    ['--reuid=5', '--regid=60', '--clear-groups', 'sh', '-c', script, 'sh', home, canary],
    {
      stdio: 'ignore',
    },
  );
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

const TRIES = 25;
const WRITES: readonly (readonly [string, Verb, (turn: number) => Record<string, unknown>])[] = [
  ['copy', copy as unknown as Verb, (n) => ({ dest: at('f'), content: `${n}`, owner: 'games', mode: '0644' })],
  ['copy, backup', copy as unknown as Verb, (n) => ({ dest: at('f'), content: `${n}`, mode: 'u=rw', backup: true })],
  ['lineinfile', lineinfile as unknown as Verb, (n) => ({ path: at('f'), line: `${n}`, owner: 'games', create: true })],
  [
    'blockinfile',
    blockinfile as unknown as Verb,
    (n) => ({ path: at('f'), block: `${n}`, create: true, mode: '0666' }),
  ],
  ['file', file as unknown as Verb, (n) => ({ path: at('f'), mode: n % 2 ? '0644' : '0666', owner: 'games' })],
  ['file, touch', file as unknown as Verb, () => ({ path: at('f'), state: 'touch', mode: '0666', owner: 'games' })],
  [
    'file, recurse',
    file as unknown as Verb,
    (n) => ({ path: home, recurse: true, mode: n % 2 ? 'o+w' : 'o-w', owner: 'games' }),
  ],
];

forEachShell('a folder of somebody else', (getShell) => {
  it.each(WRITES)('%s: links that are swapped meanwhile reach nothing of root', async (_name, verb, args) => {
    const child = watcher();
    try {
      for (let turn = 0; turn < TRIES; turn++) {
        await runVerb(verb, args(turn), await getShell());
        expectIntact();
      }
    } finally {
      await ended(child);
    }
  });

  it('is written to when nobody interferes', async () => {
    const shell = await getShell();
    expect(await runVerb(copy, { dest: at('f'), content: 'a', owner: 'games', mode: '0640' }, shell)).toMatchObject({
      changed: true,
      mode: '0640',
      owner: 'games',
    });
    expect(await runVerb(copy, { dest: at('f'), content: 'a', owner: 'games', mode: '0640' }, shell)).toMatchObject({
      changed: false,
    });
    expect(await runVerb(copy, { dest: at('f'), content: 'b', backup: true }, shell)).toMatchObject({
      changed: true,
      mode: '0640',
      owner: 'games',
    });
    expect(await runVerb(lineinfile, { path: at('f'), line: 'c' }, shell)).toMatchObject({ changed: true });
    expect(readFileSync(at('f'), 'utf8')).toBe('b\nc\n');
    expect(
      await runVerb(file, { path: at('d/e'), state: 'directory', owner: 'games', mode: '0700' }, shell),
    ).toMatchObject({ changed: true, mode: '0700' });
    expect(await runVerb(file, { path: at('l'), state: 'link', src: 'f' }, shell)).toMatchObject({ changed: true });
    expect(runProgram('ls', ['-A', home])).not.toContain('.toa');
  });

  it('a link of theirs to a file of root is not followed', async () => {
    symlinkSync(canary, at('f'));
    const shell = await getShell();
    expect(await runVerb(lineinfile, { path: at('f'), line: 'x' }, shell)).toMatchObject({ failed: true });
    expect(await runVerb(copy, { dest: at('f'), content: 'x', follow: true }, shell)).toMatchObject({ failed: true });
    expect(await runVerb(file, { path: at('f'), mode: '0666' }, shell)).toMatchObject({ failed: true });
    expectIntact();
  });

  it('names with newlines give nothing away', async () => {
    mkdirSync(at('d'));
    mkdirSync(at(`d/x\n`));
    const below = canary.split('/').slice(1);
    mkdirSync(join(at('d/x\n'), ...below.slice(0, -1)), { recursive: true });
    writeFileSync(join(at('d/x\n'), ...below), '');
    for (const name of ['-rf', ' ', ';', '$(touch canary)', '`id`', "'", '"', 'y'.repeat(255)])
      writeFileSync(join(at('d'), name), '');
    const shell = await getShell();
    expect(await runVerb(file, { path: at('d'), recurse: true, owner: 'games' }, shell)).toMatchObject({
      changed: true,
    });
    expect(
      await runVerb(copy, { src: `${at('d')}/`, dest: at('e'), remote_src: true, owner: 'games' }, shell),
    ).toMatchObject({ changed: true });
    for (const name of ['-rf', '$(touch canary)', 'y'.repeat(255)])
      expect(lstatSync(join(at('d'), name)).uid).toBe(GAMES);
    expectIntact();
  });

  it('a device, and a wrong mode, change nothing', async () => {
    runProgram('mkfifo', [at('p')]);
    const shell = await getShell();
    expect(await runVerb(copy, { dest: at('p'), content: 'x' }, shell)).toMatchObject({ failed: true });
    expect(lstatSync(at('p')).isFIFO()).toBe(true);
    expect(await runVerb(file, { path: at('t'), state: 'touch', mode: 'u=Q' }, shell)).toMatchObject({ failed: true });
    expect(() => lstatSync(at('t'))).toThrow();
  });

  it('validate runs words, no shell', async () => {
    const shell = await getShell();
    mkdirSync(at('a b;touch '));
    const dest = at('a b;touch /f');
    expect(await runVerb(copy, { dest, content: 'x', validate: 'grep -q x %s' }, shell)).toMatchObject({
      changed: true,
    });
    expect(await runVerb(copy, { dest, content: 'y', validate: 'true %s; touch /nonexistent' }, shell)).toMatchObject({
      changed: true,
    });
    expect(await runVerb(copy, { dest, content: 'z', validate: 'false %s' }, shell)).toMatchObject({ failed: true });
  });
});

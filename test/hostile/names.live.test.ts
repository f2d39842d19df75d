import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session, Shell } from '../../src/host/contract.ts';
import { openSession } from '../../src/host/session/session.ts';
import type { Verb } from '../../src/verb/verb.ts';
import { verbs } from '../../tasks/index.ts';
import { localTarget, shellNames } from '../support/shells.ts';
import { runVerb } from '../support/verb-context.ts';
import { makeStore, NAMES } from './odd-names.ts';
import { type Place, ROWS, type Row } from './rows.ts';
import { childProgram } from '../../scripts/lib/programs.mjs';

// Every verb with names that programs take for options, commands or second names; and in a folder of a user who swaps
// links meanwhile. On a host of its own: namespaces, /etc and /var over the machine's. Needs root.
const GAMES = 5;
const FEW = ["x'\ntoa-pwned\n'", '-oDPkg::Pre-Invoke::=toa-pwned', '$(toa-pwned)'];
const TRIES = 10;
const top = mkdtempSync(join(tmpdir(), 'toa-names-'));
const canary = join(top, 'canary');
const CLIMBING = ['canary', 'bin/toa-pwned', 'tried'].map((name) => `../../../../../../../..${join(top, name)}`);
const pwned = join(top, 'pwned');
const cwd = join(top, 'cwd');
const store = join(top, 'store');
const counts = { names: 0, watched: 0, refused: 0 };

const HOST = `#!/bin/sh
exec unshare -m -n -u -p -f --mount-proc sh -ec '
ip link set lo up
mount -t tmpfs none /mnt
mount -t tmpfs none /run
for folder in etc root var/cache var/lib var/spool; do
  mkdir -p "/mnt/$folder" "/mnt/$folder.work"
  mount -t overlay -o "lowerdir=/$folder,upperdir=/mnt/$folder,workdir=/mnt/$folder.work" overlay "/$folder"
done
cd CWD
export HOME=/root PATH="TOP/bin:$PATH"
exec SHELL "$@"' sh "$@"
`;

let turn = 0;

beforeAll(() => {
  chmodSync(top, 0o755);
  for (const folder of ['bin', 'cwd', 'store']) mkdirSync(join(top, folder));
  writeFileSync(join(top, 'bin/toa-pwned'), `#!/bin/sh\necho "$0 $*" >>${pwned}\n`, { mode: 0o755 });
  makeStore(store);
  // what no attack may change or give away
  makeCanary();
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** What an attack changed; its mark goes, so that the next one is seen by itself. */
function damage(): string[] {
  const found: string[] = [];
  if (existsSync(pwned)) found.push(`ran ${readFileSync(pwned, 'utf8')}`);
  rmSync(pwned, { force: true });
  const { uid, gid, mode, nlink } = lstatSync(canary);
  const now = `${readFileSync(canary, 'utf8')} ${uid} ${gid} ${mode & 0o7777} ${nlink}`;
  if (now !== CANARY) found.push(`root's file: ${now}`);
  if (now !== CANARY) makeCanary();
  if (existsSync(join(top, 'tried'))) found.push('made a file elsewhere');
  rmSync(join(top, 'tried'), { recursive: true, force: true });
  return [...found, ...readdirSync(cwd).map((entry) => `stray ${JSON.stringify(entry)}`)];
}

const SECRET = 'secret';
const CANARY = `${SECRET} 0 0 ${0o600} 1`;
function makeCanary(): void {
  rmSync(canary, { force: true });
  writeFileSync(canary, SECRET, { mode: 0o600 });
}

/** An empty folder for one try. */
function place(name: string, owner = 0): Place {
  const folder = mkdtempSync(join(top, 'try-'));
  chmodSync(folder, 0o755);
  chownSync(folder, owner, owner);
  const path = `${folder}/${name.startsWith('../') ? 'f' : name}`;
  return { folder, name, path, store, turn: turn++ };
}

function prepare(row: Row, at: Place): void {
  if (row.before === 'file') writeFileSync(at.path, 'x\n');
  else if (row.before === 'folder') mkdirSync(at.path);
  else if (row.before === 'link') symlinkSync('nowhere', at.path);
}

const kindAt = (path: string): string => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return 'gone';
  return stat.isSymbolicLink() ? 'link' : stat.isDirectory() ? 'folder' : 'file';
};

/** What a verb says of arguments that its schema refuses is an answer, too. */
async function tried(
  verb: Verb,
  given: Record<string, unknown>,
  shell: Shell,
): Promise<{ failed?: boolean; msg?: unknown }> {
  const checked = verb.args.safeParse(named(verb, given));
  if (!checked.success) return { failed: true, msg: checked.error.message };
  return runVerb(verb, given, shell, { files: store, render });
}

// the template of the store has no expression
const render = (): Promise<string> => Promise.resolve('x\n');

const named = (verb: Verb, given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [verb.argAliases?.[name] ?? name, value]));

/** What went wrong where the verb met the name. */
async function meet(verb: Verb, row: Row, name: string, shell: Shell): Promise<string[]> {
  const at = place(name);
  prepare(row, at);
  const result = await tried(verb, row.given?.(at) ?? {}, shell);
  counts.names++;
  if (result.failed) counts.refused++;
  const wrong = damage();
  const left = readdirSync(at.folder);
  if (row.makes !== undefined) {
    if (result.failed) wrong.push(`failed: ${String(result.msg)}`);
    if (kindAt(at.path) !== row.makes) wrong.push(`made ${kindAt(at.path)}`);
  }
  // nothing under half a name, or under one more
  for (const entry of left)
    if (entry !== basename(at.path) && !row.others?.test(entry)) wrong.push(`left ${JSON.stringify(entry)}`);
  rmSync(at.folder, { recursive: true });
  return wrong.map((what) => `${JSON.stringify(name.slice(0, 40))}: ${what}`);
}

/** As games: whatever shows up in the folder becomes a link to root's file and back. */
function watcher(folder: string): ChildProcess {
  const swaps = 'for f in .toa-* * f .ssh .ssh/*; do ln -sfn "$2" "$f"; done; rm -rf f .ssh; echo x >f';
  const script = `cd "$1"; while :; do ${swaps}; done 2>/dev/null`;
  return childProgram(
    'setpriv',
    ['--reuid=5', '--regid=60', '--clear-groups', 'sh', '-c', script, 'sh', folder, canary],
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

describe('the table', () => {
  it('has a row for every verb, with names or the reason for none', () => {
    expect(Object.keys(ROWS).toSorted()).toEqual(verbs.map(({ name }) => name).toSorted());
    for (const [name, row] of Object.entries(ROWS))
      expect((row.none === undefined) !== (row.given === undefined), name).toBe(true);
  });
});

describe.each(shellNames())('hostile names [%s]', (shellName) => {
  let session: Session;
  let shell: Shell;
  beforeAll(async () => {
    const path = join(top, `host-${shellName.replaceAll(' ', '-')}`);
    const words = shellName === 'busybox' ? 'busybox sh' : shellName;
    writeFileSync(path, HOST.replaceAll('SHELL', words).replaceAll('CWD', cwd).replaceAll('TOP', top), { mode: 0o755 });
    session = openSession(localTarget(path));
    shell = await session.shell();
  });
  afterAll(() => session.close());

  const rows = verbs.flatMap((verb) =>
    ROWS[verb.name]?.given ? [[verb.name, verb as unknown as Verb, ROWS[verb.name]] as const] : [],
  );
  it.each(rows)('%s', async (_name, verb, row) => {
    const wrong: string[] = [];
    const names = [...(row.slow ? FEW : NAMES), ...(row.climbs ? CLIMBING : [])];
    for (const name of names) wrong.push(...(await meet(verb, row, name, shell)));
    expect(wrong).toEqual([]);
  });

  const watched = rows.flatMap(([name, verb, { watched: tries = [] }]) =>
    tries.map((args, at) => [`${name} ${at}`, verb, args] as const),
  );
  it.each(watched)('%s in a folder whose links are swapped', async (label, verb, args) => {
    const { folder } = place('f', GAMES);
    const child = watcher(folder);
    try {
      for (let round = 0; round < TRIES; round++) {
        await tried(verb, args({ folder, name: 'f', path: join(folder, 'f'), store, turn: turn++ }), shell);
        counts.watched++;
        expect(damage(), label).toEqual([]);
      }
    } finally {
      await ended(child);
    }
  });

  it('says how many', () => {
    const none = Object.values(ROWS).filter((row) => row.none !== undefined).length;
    process.stdout.write(
      `${verbs.length} verbs (${none} take no name) x ${NAMES.length} names: ${counts.names} tried, ${counts.refused} refused; ${counts.watched} in folders of a watcher: all intact\n`,
    );
  });
});

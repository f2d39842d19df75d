// The system's ssh: its master is killed at each step of opening a channel. Real sshd, real ssh, strace for the steps.
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel, ChannelExit, Connection } from '../../src/transport/contract.ts';
import { withoutJump } from '../../src/transport/ssh-args.ts';
import { connectSsh } from '../../src/transport/ssh.ts';
import { TestSshd } from '../support/sshd.ts';
import { childProgram, runProgram } from '../../scripts/lib/programs.mjs';

const port = 34_000 + (process.pid % 1000) * 2;
const sshd = new TestSshd('127.0.0.54', port);
const alone = new TestSshd('127.0.0.55', port + 1);
const folder = mkdtempSync(join(tmpdir(), 'toa-master-'));

beforeAll(async () => {
  await sshd.start();
  await alone.start(['MaxSessions 1']);
});
afterAll(async () => {
  await Promise.all([sshd.stop(), alone.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The masters of this process. */
function masters(): number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter((pid) => pid !== '' && existsSync(`/proc/${pid}/cmdline`))
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('ControlMaster=yes'))
    .map(Number);
}

async function reach(server = sshd): Promise<{ connection: Connection; master: number; first: Channel }> {
  const connection = await connectSsh(server.target({ transport: 'openssh' }));
  // the master's own channel
  const first = await connection.exec('exec cat');
  return { connection, master: masters()[0], first };
}

async function ended(channel: Channel): Promise<ChannelExit & { out: string }> {
  let out = '';
  channel.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  channel.stderr.resume();
  channel.stdin.end();
  return { ...(await channel.exited), out };
}

/** Traces a process until it ends. @returns once it is attached */
async function trace(pid: number, words: readonly string[]): Promise<ChildProcess> {
  const tracer = childProgram('strace', ['-p', String(pid), ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((attached, failed) => {
    tracer.stderr.on('data', (chunk: Buffer) => /attached/.test(chunk.toString()) && attached());
    tracer.once('error', failed);
    tracer.once('close', () => failed(new Error('strace ended')));
  });
  return tracer;
}

const STEPS = ['poll', 'write', 'recvmsg'];
let runs = 0;
const newCount = (): string => join(folder, `count${runs++}`);
const timesIn = (file: string): number => (existsSync(file) ? readFileSync(file, 'utf8').length : 0);

/** How often the master makes each step while a channel is opened, used and closed. */
async function steps(): Promise<Map<string, number>> {
  const { connection, master } = await reach();
  const log = join(folder, 'trace');
  const tracer = await trace(master, ['-o', log, '-e', `trace=${STEPS.join(',')}`]);
  const gone = new Promise((done) => tracer.once('close', done));
  expect((await ended(await connection.exec('echo hi'))).out).toBe('hi\n');
  tracer.kill('SIGINT');
  await gone;
  await connection.close();
  const text = readFileSync(log, 'utf8');
  return new Map(STEPS.map((step) => [step, text.split('\n').filter((line) => line.startsWith(`${step}(`)).length]));
}

/** The master is killed as it begins a step: how often the command ran, and whether it is told as lost. */
async function killedAt(step: string, nth: number): Promise<{ times: number; lost: boolean }> {
  const { connection, master } = await reach();
  const count = newCount();
  const how = ['-o', '/dev/null', '-e', `trace=${step}`, '-e', `inject=${step}:signal=SIGKILL:when=${nth}`];
  await trace(master, how);
  const running = ended(await connection.exec(`printf x >>${count}; sleep 0.2`));
  const { lost } = await running;
  await connection.close();
  // what runs on the host goes on without us
  await expect.poll(() => sshd.sessions().length, { timeout: 10_000 }).toBe(0);
  return { times: timesIn(count), lost };
}

describe('the master of the system’s ssh', () => {
  it('killed at any step: a command runs at most once, and one that may not have run is told as lost', async () => {
    const all = await steps();
    const results = new Map<string, { times: number; lost: boolean }>();
    for (const [step, count] of all) {
      for (let nth = 1; nth <= count; nth++) results.set(`${step} ${nth}`, await killedAt(step, nth));
    }
    expect(results.size).toBeGreaterThan(15);
    const wrong = [...results].filter(([, { times, lost }]) => times > 1 || (times === 0 && !lost));
    expect(wrong).toEqual([]);
    const ran = [...results.values()].filter(({ times }) => times === 1).length;
    console.log(`${results.size} steps: ${ran} times the command ran once, ${results.size - ran} times not`);
  });

  it('gone: no command is run over a connection that nobody watches', async () => {
    const { connection, master } = await reach();
    const [, socket] = /ControlPath=([^\0]+)/.exec(readFileSync(`/proc/${master}/cmdline`, 'utf8')) ?? [];
    rmSync(socket);
    const count = newCount();
    expect(await ended(await connection.exec(`printf x >>${count}`))).toMatchObject({ lost: true });
    expect(timesIn(count)).toBe(0);
    await connection.close();
  });

  it('runs the first command in its own session, by the login shell', async () => {
    const connection = await connectSsh(alone.target({ transport: 'openssh' }));
    const said = await ended(await connection.exec('echo "it\'s $0 $SHELL"; exit 7'));
    expect(said).toMatchObject({ code: 7, out: expect.stringMatching(/^it's \S+ \/bin\/\w+\n$/) });
    await connection.close();
  });

  it('says when the server allows no second session', async () => {
    const { connection, first } = await reach(alone);
    expect(await ended(await connection.exec('echo hi'))).toMatchObject({ lost: true, refused: true, out: '' });
    first.stdin.write('still here\n');
    expect(await new Promise((got) => first.stdout.once('data', (chunk: Buffer) => got(chunk.toString())))).toBe(
      'still here\n',
    );
    await connection.close();
  });
});

it.each([
  [['-J', 'a', '-v'], ['-v']],
  [
    ['-vJa', '-p', '22'],
    ['-v', '-p', '22'],
  ],
  [
    ['-o', 'ProxyJump=a', '-vJ', 'a'],
    ['-o', 'ProxyJump=a', '-v'],
  ],
  [
    ['-i', '-J', '-4'],
    ['-i', '-J', '-4'],
  ],
])('of %j the jump is left out', (words, kept) => expect(withoutJump(words)).toEqual(kept));

it('strace is there', () => runProgram('strace', ['-V']));

describe('key exchange', () => {
  const POST_QUANTUM = 'KexAlgorithms=sntrup761x25519-sha512@openssh.com';
  const strict = new TestSshd('127.0.0.56', port);
  afterAll(() => strict.stop());

  const askedFor = (master: number): string | undefined =>
    readFileSync(`/proc/${master}/cmdline`, 'utf8')
      .split('\0')
      .find((word) => word.startsWith('KexAlgorithms='));

  it('is curve25519 where nobody says otherwise', async () => {
    const { connection, master } = await reach();
    expect(askedFor(master)).toMatch(/^KexAlgorithms=curve25519-sha256,.*sntrup761x25519/);
    await connection.close();
  });

  it('is what the user says', async () => {
    const target = sshd.target({ transport: 'openssh' });
    const connection = await connectSsh({ ...target, sshArgs: [...target.sshArgs, '-o', POST_QUANTUM] });
    expect(masters().map(askedFor)).toEqual([POST_QUANTUM]);
    await connection.close();
  });

  it('is another where the server insists', async () => {
    await strict.start([POST_QUANTUM.replace('=', ' ')]);
    const { connection, first } = await reach(strict);
    first.stdin.write('through\n');
    expect((await ended(first)).out).toBe('through\n');
    await connection.close();
  });
});

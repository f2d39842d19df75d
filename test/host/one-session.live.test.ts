// A server that allows one session on a connection (MaxSessions 1): real sshd, both transports.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Become } from '../../src/host/contract.ts';
import { openSession } from '../../src/host/session/session.ts';
import { TestSshd } from '../support/sshd.ts';

const sshd = new TestSshd('127.0.0.56', 35_000 + (process.pid % 1000));
const folder = mkdtempSync(join(tmpdir(), 'toa-one-'));
const scripts = [resolve('test/host/session.sh')];
const root: Become = { user: 'root', method: 'sudo' };

beforeAll(() => sshd.start(['MaxSessions 1']));
afterAll(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

const files: [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['bytes of five pieces', randomBytes(5 * 256 * 1024 - 7)],
  ['text', Buffer.from("it's a \\ line with % and ü\n".repeat(20_000))],
  ['more than is read at once', randomBytes(5 * 1024 * 1024 + 3)],
];

describe.each([
  ['ssh2', undefined],
  ['ssh2', root],
  ['openssh', undefined],
  ['openssh', root],
] as const)('one session over %s, become %j', (transport, become) => {
  // as root to root: only another method or user makes a shell of its own
  const session = openSession(sshd.target({ transport, user: become ? undefined : 'root' }));
  afterAll(() => session.close());

  it.each(files)('brings a file there and back: %s', async (name, data) => {
    const shell = await session.shell(become);
    const path = await shell.upload({ data }, folder);
    expect(readFileSync(path).equals(data)).toBe(true);
    const source = join(folder, 'source');
    writeFileSync(source, data);
    const other = await shell.upload({ path: source });
    expect((await shell.call({ scripts, fn: 'cmp', args: [path, other] })).rc).toBe(0);
    expect(data.equals(await shell.download(path))).toBe(true);
    await shell.downloadTo(path, join(folder, 'back'));
    expect(readFileSync(join(folder, 'back')).equals(data)).toBe(true);
    rmSync(path);
    expect(readdirSync(folder).filter((left) => left.startsWith('.'))).toEqual([]);
    expect(name).toBeTruthy();
  });

  it('brings bytes to a host without base64', async () => {
    const shell = await session.shell(become);
    const script = join(folder, 'without.sh');
    writeFileSync(script, 'base64() { return 127; }\n');
    await shell.call({ scripts: [script], fn: 'true' });
    const data = randomBytes(300_000);
    const path = await shell.upload({ data }, folder);
    expect(readFileSync(path).equals(data)).toBe(true);
    rmSync(path);
  });

  it('reads what has no length, and says what cannot be read or written', async () => {
    const shell = await session.shell(become);
    expect(Buffer.from(await shell.download('/proc/version')).toString()).toMatch(/^Linux/);
    await expect(shell.download('/no/such')).rejects.toMatchObject({ code: 'E_REMOTE_READ' });
    await expect(shell.upload({ data: randomBytes(10) }, '/proc')).rejects.toMatchObject({ code: 'E_UPLOAD' });
    await expect(shell.upload({ data: randomBytes(10) }, '/no/such')).rejects.toMatchObject({ code: 'E_UPLOAD' });
  });
});

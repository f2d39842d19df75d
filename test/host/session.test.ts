import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSession } from '../../src/host/session/session.ts';
import type { Shell } from '../../src/host/contract.ts';
import { forEachShell, localTarget } from '../support/shells.ts';

const scripts = [resolve('test/host/session.sh')];
const folder = mkdtempSync(join(tmpdir(), 'toa-session-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOSTILE = [
  "it's",
  '$(reboot) `x` "q" \\ \\n $HOME ; & | > <',
  '',
  ' lead and trail ',
  '\n\n',
  '-n',
  '-e \\c',
  'toa-0123456789abcdef 0 0\n',
  'Grüße 日本 🎉',
  '\t\u0001\u007f',
  '%s %d \\045',
  'EOF\n# no comment',
];

forEachShell('a call', (getShell) => {
  const run = async (fn: string, more: object = {}) => (await getShell()).call({ scripts, fn, ...more });

  it.each(HOSTILE)('brings an argument there and back exactly: %j', async (text) => {
    expect((await run('t_echo', { args: [text] })).stdout).toBe(text);
    expect((await run('t_cat', { stdin: text })).stdout).toBe(text);
    expect((await run('t_vars', { vars: { one: text, two: 'x' } })).stdout).toBe(`${text || 'unset'}|x`);
  });

  it('keeps arguments apart', async () => {
    expect((await run('t_args', { args: ['a b', '', "c'"] })).stdout).toBe("<a b><><c'>");
  });

  it('tells stdout, stderr and the exit status apart', async () => {
    expect(await run('t_both')).toMatchObject({ stdout: 'out', stderr: 'err', rc: 7 });
  });

  it('cannot change or end the shell', async () => {
    const before = await run('t_pwd');
    expect((await run('t_cd')).rc).toBe(0);
    expect((await run('t_exit')).rc).toBe(9);
    expect((await run('t_pwd')).stdout).toBe(before.stdout);
    expect((await run('t_vars')).stdout).toBe('unset|unset');
  });

  it('passes bytes', async () => {
    // 8192 is where a new piece starts: a dash there must not be an option.
    const data = Buffer.concat([
      Buffer.from('-n\0'),
      randomBytes(8189),
      Buffer.from('-v'),
      randomBytes(70_000),
      Buffer.from([0, 255, 10]),
    ]);
    const { stdoutBytes } = await run('t_cat', { stdin: data });
    expect(data.equals(stdoutBytes)).toBe(true);
    expect([...(await run('t_binary')).stdoutBytes]).toEqual([97, 0, 98, 255, 10, 10]);
  });

  it('passes long texts', async () => {
    const text = 'Zeile "mit" \'Zeichen\' 🎉\n'.repeat(20_000);
    expect((await run('t_cat', { stdin: text })).stdout === text).toBe(true);
    expect((await run('t_echo', { args: [text] })).stdout === text).toBe(true);
  });

  it('has an empty stdin, not the commands', async () => {
    expect((await run('t_read_all')).stdout).toBe('');
    expect((await run('t_both')).rc).toBe(7);
  });

  it('does not mind a function that leaves its stdin unread', async () => {
    expect(await run('t_echo', { args: ['x'], stdin: 'y'.repeat(300_000) })).toMatchObject({ stdout: 'x', rc: 0 });
  });

  it('exports environment in the call only', async () => {
    const { stdout } = await run('t_env', { environment: { TOA_EXPORTED: "a'b" }, vars: { not_exported: '1' } });
    expect(stdout).toContain("TOA_EXPORTED=a'b\n");
    expect(stdout).not.toContain('not_exported');
    expect((await run('t_env')).stdout).not.toContain('TOA_EXPORTED');
  });

  it('runs in C or C.UTF-8 with sbin in PATH', async () => {
    const { stdout } = await run('t_env');
    expect(stdout).toMatch(/^LC_ALL=C(\.UTF-8)?$/m);
    expect(stdout).toMatch(/^PATH=.*\/usr\/sbin/m);
  });

  it('brings 50 MB in linear time', async () => {
    const start = performance.now();
    const { stdoutBytes } = await run('t_bytes', { bringsFile: true, args: [String(50_000_000)] });
    expect(stdoutBytes.length).toBe(50_000_000);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('runs queued calls in order', async () => {
    const shell = await getShell();
    const all = await Promise.all([1, 2, 3, 4, 5].map((n) => shell.call({ scripts, fn: 't_echo', args: [`${n}`] })));
    expect(all.map((result) => result.stdout)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('gives progress while it runs', async () => {
    const pieces: string[] = [];
    await run('t_sleep', { args: ['0.2'], onOutput: (text: string) => pieces.push(text) });
    expect(pieces.join('')).toBe('started\nfinished\n');
    expect(pieces.length).toBeGreaterThan(1);
  });

  it('ends at its time limit, and the shell lives on', async () => {
    const start = performance.now();
    const result = await run('t_sleep', { args: ['30'], timeoutMs: 300 });
    expect(result.timedOut).toBe(true);
    expect(result.stdout).toBe('started\n');
    expect(performance.now() - start).toBeLessThan(4000);
    expect((await run('t_echo', { args: ['alive'] })).stdout).toBe('alive');
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    await expect(run('t_sleep', { args: ['30'], signal: controller.signal })).rejects.toMatchObject({
      code: 'E_CANCELLED',
    });
    expect((await run('t_echo', { args: ['alive'] })).stdout).toBe('alive');
  });

  it('says that the outcome is unknown when the shell dies, and opens again', async () => {
    await expect(run('t_kill_shell')).rejects.toMatchObject({ code: 'E_CONNECTION_LOST' });
    expect((await run('t_echo', { args: ['again'] })).stdout).toBe('again');
  });

  it('refuses what no shell can pass', async () => {
    await expect(async () => run('t_echo', { args: ['a\0b'] })).rejects.toMatchObject({ code: 'E_NUL' });
    await expect(async () => run('t_env', { environment: { 'a b': '1' } })).rejects.toMatchObject({
      code: 'E_ENVIRONMENT_NAME',
    });
  });

  it('uploads and downloads', async () => {
    const shell = await getShell();
    const data = randomBytes(3_000_000);
    const local = join(folder, 'in');
    writeFileSync(local, data);
    for (const source of [{ path: local }, { data }]) {
      const path = await shell.upload(source);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(data.equals(await shell.download(path))).toBe(true);
      await shell.downloadTo(path, join(folder, 'out'));
      expect(data.equals(readFileSync(join(folder, 'out')))).toBe(true);
    }
    await expect(shell.download('/no/such')).rejects.toMatchObject({ code: 'E_REMOTE_READ' });
  });

  it('says why an upload failed', async () => {
    const shell: Shell = await getShell();
    await expect(shell.upload({ data: randomBytes(100) }, '/no/such')).rejects.toThrow(/nonexistent|No such|not exist/);
  });
});

describe('a session', () => {
  it('removes its scratch folder at close', async () => {
    const session = openSession(localTarget());
    const scratch = await (await session.shell()).scratch();
    expect(statSync(scratch).mode & 0o777).toBe(0o700);
    await session.close();
    expect(existsSync(scratch)).toBe(false);
  });

  it('connects again after reset', async () => {
    const session = openSession(localTarget());
    const shell = await session.shell();
    await shell.call({ scripts, fn: 't_pwd' });
    await session.reset();
    expect((await shell.call({ scripts, fn: 't_echo', args: ['x'] })).stdout).toBe('x');
    await session.close();
  });

  it('names a shell that does not exist', async () => {
    const session = openSession(localTarget('/no/such/shell'));
    const shell = await session.shell();
    await expect(shell.call({ scripts, fn: 't_pwd' })).rejects.toMatchObject({ code: 'E_SHELL' });
    await session.close();
  });
});

it('a session that was closed connects no more: what goes on in the background would keep the program from its end', async () => {
  const session = openSession(localTarget('/bin/sh'));
  const shell = await session.shell();
  await session.close();
  await expect(shell.call({ scripts: [], fn: 'true' })).rejects.toMatchObject({ code: 'E_CANCELLED' });
  await expect(session.shell()).rejects.toMatchObject({ code: 'E_CANCELLED' });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { chomp, parseHostJson, sidesOf } from '../../src/base/host-text.ts';
import { parseJson } from '../../src/base/python-json-parse.ts';
import { localFacts } from '../../src/host/facts/local.ts';
import { BoundedOutput } from '../../src/host/session/bounded-output.ts';
import { FramedShell } from '../../src/host/session/framed-shell.ts';
import { FrameReader } from '../../src/host/session/frame-reader.ts';
import { openSession } from '../../src/host/session/session.ts';
import { crontabText } from '../../tasks/cron/crontab.ts';
import { editSysctl } from '../../tasks/sysctl/task.ts';
import { localTarget } from '../support/shells.ts';

const folder = mkdtempSync(join(tmpdir(), 'toa-bounds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('BoundedOutput', () => {
  it('keeps what fits as it came, of more its two ends and how much is missing', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 2, max: 300 }), (chunks, most) => {
        const said = new BoundedOutput(most);
        for (const chunk of chunks) said.push(Buffer.from(chunk));
        const whole = Buffer.concat(chunks);
        const missing = Math.max(0, whole.length - most);
        expect([said.size, said.missing]).toEqual([whole.length, missing]);
        const half = Math.floor(most / 2);
        const note = Buffer.from(`\n[toa-play: ${missing} bytes left out here]\n`);
        const cut = [whole.subarray(0, half), note, whole.subarray(whole.length - (most - half))];
        expect(said.bytes().equals(missing === 0 ? whole : Buffer.concat(cut))).toBe(true);
      }),
    );
  });

  it('holds no more for many small pieces than for large ones', () => {
    const said = new BoundedOutput(1 << 20);
    const before = process.memoryUsage();
    const block = Buffer.alloc(65_536);
    for (let i = 0; i < 4_000_000; i++) said.push(block.subarray(i & 0xffff, (i & 0xffff) + 1));
    const after = process.memoryUsage();
    expect(said.missing).toBe(4_000_000 - (1 << 20));
    const grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
    // 4 million objects would be 400 MB
    expect(grown).toBeLessThan(100 << 20);
  });
});

describe('a shell that says too much', () => {
  const script = join(folder, 'say.sh');
  writeFileSync(
    script,
    `t_zeros() { head -c "$1" /dev/zero | tr '\\0' x; printf end; head -c "$1" /dev/zero | tr '\\0' y >&2; return 3; }
t_endless() { yes; }
t_small() { echo small; }
`,
  );
  const scripts = [script];
  const limit = 1 << 20;
  const call = (fn: string, more = {}) => ({ scripts, fn, ...more });

  it('loses the middle where people read it, is refused where it is parsed, and stays of use', async () => {
    const session = openSession({ ...localTarget(), maxOutputBytes: limit });
    try {
      const shell = await session.shell();
      const said = await shell.call(call('t_zeros', { args: ['5000000'], mayBeCut: true }));
      expect(said).toMatchObject({ rc: 3, leftOut: 2 * (5_000_000 - limit) + 3 });
      expect(said.stdout.length).toBeLessThan(limit + 100);
      expect(said.stdout).toMatch(/^x+\n\[toa-play: \d+ bytes left out here\]\nx+end$/);
      expect(said.stderr).toMatch(/^y+\n\[toa-play: \d+ bytes left out here\]\ny+$/);
      await expect(shell.call(call('t_zeros', { args: ['5000000'] }))).rejects.toMatchObject({
        code: 'E_OUTPUT_TOO_LARGE',
      });
      // what brings a file may be 16 times as large
      const file = await shell.call(call('t_zeros', { args: ['5000000'], bringsFile: true }));
      expect(file.stdoutBytes.length).toBe(5_000_003);
      expect((await shell.call(call('t_small'))).stdout).toBe('small\n');
    } finally {
      await session.close();
    }
  });

  it('is given up when it says more without end; the next call has another', async () => {
    const session = openSession({ ...localTarget(), maxOutputBytes: limit });
    try {
      const shell = await session.shell();
      await expect(shell.call(call('t_endless', { mayBeCut: true }))).rejects.toMatchObject({
        code: 'E_OUTPUT_TOO_LARGE',
      });
      expect((await shell.call(call('t_small'))).stdout).toBe('small\n');
    } finally {
      await session.close();
    }
  });

  it('a download of more than files are ends there', async () => {
    const session = openSession({ ...localTarget(), maxOutputBytes: 1000 });
    try {
      const shell = await session.shell();
      await expect(shell.download('/dev/zero')).rejects.toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
      const path = join(folder, 'fetched');
      await expect(shell.downloadTo('/dev/zero', path)).rejects.toMatchObject({ code: 'E_OUTPUT_TOO_LARGE' });
    } finally {
      await session.close();
    }
  });
});

describe('marks in the wrong', () => {
  it('a mark whose line does not end is output, and nothing is held for it', () => {
    const data: Buffer[] = [];
    const lines: string[] = [];
    const reader = new FrameReader(
      'toa-mark',
      (piece) => data.push(piece),
      (line) => lines.push(line),
    );
    reader.push(Buffer.from('toa-mark 1'));
    for (let i = 0; i < 1000; i++) reader.push(Buffer.alloc(10_000, 'x'));
    reader.push(Buffer.from('toa-mark 2 0\n'));
    expect(lines).toEqual(['2 0']);
    expect(Buffer.concat(data)).toHaveLength(10_000_000 + 'toa-mark 1'.length);
  });

  it('a status that is none is no answer', async () => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const shell = new FramedShell(
      { ...streams, exited: new Promise<never>(() => undefined), end: () => undefined },
      'web1',
    );
    const answer = shell.run('echo');
    await new Promise((go) => setImmediate(go));
    const mark = /toa-[0-9a-f]{32}/.exec(String(streams.stdin.read()))?.[0];
    streams.stdout.write(`${mark} 0 NaN\n${mark} 0 -1\n${mark} 0 1e3\n${mark} 7 0\n${mark} 0 4\n`);
    streams.stderr.write(`${mark} 0\n`);
    expect((await answer).rc).toBe(4);
  });
});

describe('what a host says is read in time that grows with its length', () => {
  const MANY = 2_000_000;

  it('JSON is not deeper than what walks through it can go', () => {
    const deep = `${'['.repeat(MANY)}${']'.repeat(MANY)}`;
    expect(() => parseHostJson(deep)).toThrow(SyntaxError);
    expect(() => parseJson(deep)).toThrow(/maximum recursion depth/);
    const fine = `${'{"a":['.repeat(200)}1${']}'.repeat(200)}`;
    expect(JSON.stringify(parseHostJson(fine))).toBe(fine);
    expect(parseJson(`[${'[],'.repeat(5000)}{}]`)).toHaveLength(5001);
    const sections = {
      lines: () => ['-- /etc/x.fact', `${'{"a":'.repeat(MANY)}1${'}'.repeat(MANY)}`],
    } as unknown as Parameters<typeof localFacts>[0];
    expect(localFacts(sections)).toEqual({ ansible_local: { x: expect.stringContaining('error loading fact') } });
  });

  it('ends of lines, settings, tables of cron', () => {
    const newlines = `${'\n'.repeat(MANY)}x`;
    const blanks = `a${' '.repeat(MANY)}x`;
    expect(chomp(newlines)).toBe(newlines);
    expect(chomp('a\r\n\n')).toBe('a');
    expect(crontabText([newlines])).toBe(`${newlines}\n`);
    expect(sidesOf(blanks)).toBeUndefined();
    expect(sidesOf(' a = b=c ')).toEqual({ name: 'a', value: 'b=c' });
    expect(editSysctl(`${blanks}\na =${blanks}\n`, 'b', '1').text).toContain('b=1');
  });
});

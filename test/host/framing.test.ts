import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramedShell } from '../../src/host/session/framed-shell.ts';
import { FrameReader } from '../../src/host/session/frame-reader.ts';
import { stripComments } from '../../src/host/session/strip-comments.ts';

const MARK = 'toa-0123456789';

function read(chunks: readonly Buffer[]): { data: string; lines: string[] } {
  const data: Buffer[] = [];
  const lines: string[] = [];
  const reader = new FrameReader(
    MARK,
    (piece) => data.push(piece),
    (line) => {
      lines.push(line);
      data.push(Buffer.from('|'));
    },
  );
  for (const chunk of chunks) reader.push(chunk);
  reader.flush();
  return { data: Buffer.concat(data).toString('latin1'), lines };
}

describe('FramedShell', () => {
  const silent = () => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    return { ...streams, exited: new Promise<never>(() => undefined), end: () => undefined };
  };

  it('fails what waits when it is abandoned, though the host never says that the shell has ended', async () => {
    const shell = new FramedShell(silent(), 'web1');
    const call = shell.run('echo');
    shell.abandon('what was cancelled does not end');
    await expect(call).rejects.toMatchObject({ code: 'E_CONNECTION_LOST' });
    await expect(shell.run('echo')).rejects.toThrow(/web1: what was cancelled does not end/);
  });

  it('sends what is said in one turn at once', async () => {
    const channel = silent();
    const packets: string[] = [];
    channel.stdin.on('data', (chunk: Buffer) => packets.push(chunk.toString()));
    const shell = new FramedShell(channel, 'web1');
    shell.load('f() { :; }\n');
    for (const text of ['f', 'g']) shell.run(text).catch(() => undefined);
    await new Promise((done) => setImmediate(done));
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatch(/^f\(\) \{ :; \}\n\{\ntoa_dropping=\nf\n[^]*\{\ntoa_dropping=\ng\n/);
  });
});

describe('FrameReader', () => {
  it('gives the same frames however the stream is cut', () => {
    const text = `noise\n${MARK} 0 0\nto toa-012 toa${MARK} 1 7\n\n${MARK} 2 0\ntail toa-0123`;
    const whole = read([Buffer.from(text)]);
    expect(whole).toEqual({ data: 'noise\n|to toa-012 toa|\n|tail toa-0123', lines: ['0 0', '1 7', '2 0'] });
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = at.slice(1).map((end, i) => Buffer.from(text.slice(at[i], end)));
        expect(read(chunks)).toEqual(whole);
      }),
    );
  });
});

function* shellFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* shellFiles(path);
    else if (entry.name.endsWith('.sh')) yield path;
  }
}

/** What bash understood: its own print of all functions. */
function understood(text: string): string {
  return execFileSync('bash', ['-c', 'eval "$1"; declare -f', 'bash', text], { encoding: 'utf8' });
}

describe('stripComments', () => {
  it.each([...shellFiles('src'), ...shellFiles('tasks')])('changes nothing but comments: %s', (path) => {
    const text = readFileSync(path, 'utf8');
    const stripped = stripComments(text);
    expect(stripped.length).toBeLessThan(text.length);
    expect(understood(stripped)).toBe(understood(text));
  });

  it('keeps what only looks like a comment', () => {
    const text = [
      'f() {',
      '  # gone',
      "  echo 'a",
      '# kept',
      "'",
      '  cat <<EOF',
      '# kept too',
      'EOF',
      '  echo "$(echo ")" # x',
      '# inside',
      ')" \\',
      '  b # c "',
      '}',
    ].join('\n');
    const stripped = stripComments(text);
    expect(stripped).not.toContain('gone');
    expect(stripped).toContain('# kept\n');
    expect(stripped).toContain('# kept too\n');
  });
});

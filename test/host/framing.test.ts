import { PassThrough } from 'node:stream';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FramedShell } from '../../src/host/session/framed-shell.ts';
import { FrameReader } from '../../src/host/session/frame-reader.ts';
import { stripComments } from '../../src/host/session/strip-comments.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

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
    expect(packets[0]).toMatch(
      /^f\(\) \{ :; \}\n\{\ntrap : PIPE\ntoa_dropping=\nf\n[^]*\{\ntrap : PIPE\ntoa_dropping=\ng\n/,
    );
  });
});

describe('calls whose stderr counts only where they fail', () => {
  const opened = () => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const channel = { ...streams, exited: new Promise<never>(() => undefined), end: () => undefined };
    return { streams, shell: new FramedShell(channel, 'web1') };
  };
  const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
  /** What the shell was sent, and its mark. */
  const sent = async ({ stdin }: { stdin: PassThrough }): Promise<{ text: string; mark: string }> => {
    await turn();
    const text = String(stdin.read());
    return { text, mark: (/toa-[0-9a-f]{32}/.exec(text) as RegExpExecArray)[0] };
  };

  it('end on stdout alone, in their order, when the streams are out of step', async () => {
    const { streams, shell } = opened();
    const ended: number[] = [];
    const calls = [{}, { inPlace: true }, { inPlace: true }, {}].map((order, id) =>
      shell.run('f', undefined, order).finally(() => ended.push(id)),
    );
    const { text, mark } = await sent(streams);
    expect(text.match(/ begin/g)).toHaveLength(1);
    streams.stdout.write(`a${mark} 0 0\nb${mark} 1 0\n`);
    await turn();
    // the first one's stderr may still come
    expect(ended).toEqual([]);
    streams.stderr.write(`late${mark} 0\n`);
    expect(await calls[0]).toMatchObject({ rc: 0, stderr: Buffer.from('late') });
    expect(String((await calls[1]).stdout)).toBe('b');
    streams.stderr.write(`said${mark} 2\nnothing of the next`);
    streams.stdout.write(`${mark} 2 5\n`);
    expect(await calls[2]).toMatchObject({ rc: 5, stderr: Buffer.from('said') });
    streams.stderr.write(`${mark} 3 begin\nits own${mark} 3\n`);
    streams.stdout.write(`${mark} 3 0\n`);
    expect(await calls[3]).toMatchObject({ rc: 0, stderr: Buffer.from('its own') });
    expect(ended).toEqual([0, 1, 2, 3]);
  });

  it('leave nothing to those after them when they went well', async () => {
    const { streams, shell } = opened();
    const first = shell.run('f', undefined, { inPlace: true });
    const { mark } = await sent(streams);
    streams.stderr.write('a warning');
    await turn();
    streams.stdout.write(`${mark} 0 0\n`);
    expect(await first).toMatchObject({ rc: 0, stderr: Buffer.alloc(0) });
    const second = shell.run('g', undefined, { inPlace: true });
    streams.stderr.write(`why${mark} 1\n`);
    streams.stdout.write(`${mark} 1 1\n`);
    expect(await second).toMatchObject({ rc: 1, stderr: Buffer.from('why') });
  });

  it('drop those behind them on the host and here alike', async () => {
    const { streams, shell } = opened();
    const first = shell.run('f', undefined, { inPlace: true, isCondition: true });
    const second = shell.run('g', undefined, { inPlace: true, isBehind: true });
    const { mark } = await sent(streams);
    streams.stdout.write(`${mark} 0 1\n${mark} 1 0\n`);
    await turn();
    streams.stderr.write(`${mark} 0\n`);
    expect((await first).isDropped).toBe(false);
    expect((await second).isDropped).toBe(true);
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
  return runProgram('bash', ['-c', 'eval "$1"; declare -f', 'bash', text]);
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

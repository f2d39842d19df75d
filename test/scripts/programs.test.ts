import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { awaitProgram, childProgram, runProgram, startProgram, tryProgram } from '../../scripts/lib/programs.mjs';

/** Where a program is started without zx; why stands in docs/adr/0003-packages.md. */
const WITHOUT_ZX = [
  'scripts/lib/programs.mjs',
  'src/cli/world/sources.ts',
  'src/transport/local.ts',
  'src/transport/openssh-options.ts',
  'src/transport/openssh.ts',
  'src/transport/ssh.ts',
];

describe('programs of this machine', () => {
  it('are run by zx, but for the places that the ADR names', () => {
    const files = runProgram('git', ['ls-files', '--cached', '--others', '--exclude-standard'])
      .split('\n')
      .filter((path) => /\.(ts|mjs|cjs|js)$/.test(path));
    const starts = /^(?:import (?!type )[^;]*?from|.*\b(?:import|require)\() ?'(?:node:)?child_process'/m;
    const found = files.filter((path) => starts.test(readFileSync(path, 'utf8')));
    expect(found.toSorted()).toEqual(WITHOUT_ZX);
    const adr = readFileSync('docs/adr/0003-packages.md', 'utf8');
    for (const path of WITHOUT_ZX) expect(adr).toContain(path);
  });

  it('get words as they are, and empty standard input', () => {
    const words = ["a'b", '', '$HOME `id`', 'new\nline', '\\', '-x'];
    expect(runProgram('printf', ['%s|', ...words])).toBe(words.map((word) => `${word}|`).join(''));
    expect(tryProgram('cat')).toMatchObject({ status: 0, stdout: '' });
    expect(runProgram('cat', [], { input: 'given' })).toBe('given');
  });

  it('answer whole: large, binary, both outputs, statuses', async () => {
    expect(runProgram('head', ['-c', '5000000', '/dev/zero']).length).toBe(5_000_000);
    expect(tryProgram('printf', ['\\377\\000']).bytes).toEqual(Buffer.from([255, 0]));
    expect(tryProgram('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toMatchObject({
      status: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(tryProgram('/no/such').status).toBe(127);
    expect(() => runProgram('sh', ['-c', 'echo why >&2; exit 3'])).toThrow('status 3\nwhy');
    await expect(awaitProgram('sh', ['-c', 'exit 4'])).rejects.toMatchObject({ status: 4 });
    await expect(awaitProgram('sleep', ['60'], { timeout: 50 })).rejects.toMatchObject({ status: null });
  });

  it('have the process id that a signal must go to', async () => {
    const running = startProgram('sh', ['-c', 'echo $$; exec sleep 60']);
    const said = await new Promise<Buffer>((resolve) => running.stdout.once('data', resolve));
    expect(Number(said.toString())).toBe(running.pid);
    running.child?.kill('SIGKILL');
    expect((await running).signal).toBe('SIGKILL');
    const reader = childProgram('cat', [], { stdio: 'pipe' });
    const read = new Promise<Buffer>((resolve) => reader.stdout.once('data', resolve));
    reader.stdin.end('over its stream');
    expect((await read).toString()).toBe('over its stream');
  });
});

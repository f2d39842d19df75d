import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryProgram } from '../../scripts/lib/programs.mjs';
import { runInPty, type PtyOptions } from '../support/pty.ts';
import { useScratch } from '../support/scratch.ts';

const at = useScratch();
const PROGRAM = [process.execPath, resolve('bin/toa-play.js')];

const LONG = '在每一台服务器上检查内核版本并安装接收器🚀 und dann noch einmal von vorne, bis alles gut ist '
  .repeat(3)
  .trim();
const HOSTS = ['网关-一', '网关-二', 'cafe\u0301', '🚀-rocket', 'plain'];

function site(): string[] {
  const tasks = [
    { name: '看一看', command: 'sleep 0.4', changed_when: false },
    { name: LONG, command: 'sleep 0.4' },
    { name: '失败', command: 'sh -c "echo 没有 >&2; exit 3"', when: "inventory_hostname.startswith('网关')" },
  ];
  writeFileSync(at('site.yml'), JSON.stringify([{ name: '部署网关', hosts: 'all', gather_facts: false, tasks }]));
  return ['site.yml', '-i', `${HOSTS.join(',')},`, '-c', 'local'];
}

const run = (options: Partial<PtyOptions>, ...more: string[]) =>
  runInPty([...PROGRAM, ...site(), ...more], { columns: 80, rows: 24, cwd: at('.'), ...options });

/** Without times and this run's folder. */
const steady = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line
      .replaceAll(/\d+\.\d s/g, 'N s')
      .replaceAll(/\d+ s\b/g, 'N s')
      .replaceAll(at('.'), 'HERE')
      .trimEnd(),
  );

const ENDING = [
  '',
  'cafe\u0301                       : ok=2    changed=1    skipped=1',
  'plain                      : ok=2    changed=1    skipped=1',
  '网关-一                    : ok=2    changed=1    failed=1',
  '网关-二                    : ok=2    changed=1    failed=1',
  '🚀-rocket                  : ok=2    changed=1    skipped=1',
  '',
  'the same failure on 2 hosts: 网关-一, 网关-二',
];

/** Lines of the live part: the task's with its bar, below it its hosts. */
const barLines = (frames: readonly string[][]): string[] => frames.flat().filter((line) => line.startsWith('▸'));

describe('the live screen, before a terminal emulator', () => {
  it.each([
    ['80x24', 80, 24],
    ['200x50', 200, 50],
  ])('%s: nothing of the live part is left behind, names in Chinese or not', async (_size, columns, rows) => {
    const { lines, frames, status } = await run({ columns, rows });
    expect(status).toBe(2);
    const said = steady(lines);
    expect(said.slice(0, 2)).toEqual(['部署网关  (5 hosts)', '✔ 看一看  5 ok  N s']);
    // the long name is cut, in one line, and its numbers stay
    expect(said[2]).toMatch(/^● 在每一台服务器.*…  5 changed  N s$/);
    expect(said[3]).toMatch(/^ {2}网关-[一二]: failed: 'sh -c echo 没有 >&2; exit 3' ended with rc 3: 没有$/);
    expect(said[4]).toMatch(/^ {2}the same on 1 more: 网关-[一二]$/);
    expect(said[5]).toBe('✖ 失败  3 skipped, 2 failed  N s');
    if (columns === 80) expect(said.slice(6, 14)).toEqual(ENDING);
    expect(said.slice(13)).toEqual([
      'the same failure on 2 hosts: 网关-一, 网关-二',
      expect.stringMatching(/^ {4}e\.g\. 网关-[一二]: 'sh -c echo 没有 >&2; exit 3' ended with rc 3: 没有$/),
      expect.stringMatching(/^ {4}at HERE\/site\.yml:1:\d+ \(失败\)$/),
      expect.stringMatching(/^again on these 2 hosts: --limit '网关-[一二],网关-[一二]'$/),
      '3 tasks on 5 hosts, N s in all',
    ]);
    const bars = barLines(frames);
    expect(bars.length).toBeGreaterThan(0);
    for (const line of bars) expect(line).toMatch(/\[[█·]{20}\] +\d+% {2}\d\/5 hosts {2}\d+ s {2}task \d of 3$/);
  });

  it('a terminal that says it is 0 wide is taken for 80', async () => {
    const { lines } = await run({ told: { columns: 0, rows: 0 } });
    expect(steady(lines).slice(6, 14)).toEqual(ENDING);
  });

  it('TERM=dumb gets plain lines, no banner wider than the terminal', async () => {
    const { raw, lines } = await run({ term: 'dumb' });
    expect(raw).not.toContain('\u001b');
    expect(lines).toContain(`PLAY [部署网关] ${'*'.repeat(64)}`);
    expect(lines.filter((line) => /^\*+$/.test(line))).toEqual([]);
  });
});

describe('a pipe', () => {
  const options = () => ({ cwd: at('.') });

  it('gets plain lines', () => {
    const { stdout, status } = tryProgram(PROGRAM[0], [PROGRAM[1], ...site()], options());
    expect(status).toBe(2);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain(`PLAY [部署网关] ${'*'.repeat(64)}\n`);
  });

  it('that is closed early (head) ends the run quietly, and not before its time', () => {
    const words = [...PROGRAM, ...site()].map((word) => `'${word}'`).join(' ');
    const { stderr, stdout } = tryProgram('sh', ['-c', `{ ${words}; echo "ended $?" >&2; } | head -n 2`], options());
    expect(stdout).toBe(`\nPLAY [部署网关] ${'*'.repeat(64)}\n`);
    expect(stderr).toBe('ended 2\n');
  });
});

/** Runs its arguments in a pty, closes that when MARK is there, and prints how the program ended. */
const CLOSED = `
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[2], sys.argv[2:])
while not os.path.exists(sys.argv[1]):
  if select.select([terminal], [], [], 0.1)[0]: os.read(terminal, 4096)
os.close(terminal)
_, status = os.waitpid(pid, 0)
print('signal', os.WTERMSIG(status)) if os.WIFSIGNALED(status) else print('exit', os.WEXITSTATUS(status))
`;

it('a terminal that is closed ends the run in order, its programs too, and leaves no core', () => {
  const script = `echo $$ >${at('mark')}.new && mv ${at('mark')}.new ${at('mark')}; exec sleep 600`;
  const tasks = [{ shell: script }, { shell: `touch ${at('further')}` }];
  writeFileSync(at('long.yml'), JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]));
  const words = [...PROGRAM, at('long.yml'), '-i', 'h,', '-c', 'local'];
  const { stdout, stderr } = tryProgram('python3', ['-c', CLOSED, at('mark'), ...words], { cwd: at('.') });
  expect([stdout, stderr]).toEqual(['signal 1\n', '']);
  const sleeping = Number(readFileSync(at('mark'), 'utf8'));
  expect(existsSync(`/proc/${sleeping}`)).toBe(false);
  expect(existsSync(at('further'))).toBe(false);
});

import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call, Shell } from '../../src/host/contract.ts';
import { assignedNames } from '../../src/host/session/in-place.ts';
import { runFileVerbs } from '../support/file-verbs.ts';
import { tree, useScratch } from '../support/scratch.ts';
import { forEachShell } from '../support/shells.ts';

const scripts = [resolve('test/host/session.sh')];

/** Names that shells set by themselves. */
const OWN = /^(_|LINENO|PIPESTATUS|RANDOM|SECONDS|EPOCH\w*|SRANDOM|BASH\w*|FUNCNAME|PPID|HISTCMD|toa_rc|TOA_\w+)=/;

async function stateOf(shell: Shell): Promise<string[]> {
  const { stdout } = await shell.call({ scripts, fn: 't_state' });
  return stdout.split('\n').filter((line) => !OWN.test(line));
}

forEachShell('calls in the shell itself', (getShell) => {
  const at = useScratch();

  it('leave it as it was, whatever they do', async () => {
    const shell = await getShell();
    const before = await stateOf(shell);
    const calls: Call[] = [];
    await runFileVerbs(shell, at, { calls });
    expect(await stateOf(shell)).toEqual(before);
    expect(calls.filter(({ inPlace }) => inPlace).length).toBeGreaterThan(25);
    expect(tree(at())).toMatchObject({ text: '0600 d', old: expect.stringContaining('e'), lines: expect.anything() });
  });

  it('take no process where none of their names is set', async () => {
    const shell = await getShell();
    const pid = (await shell.call({ scripts, fn: 'eval', args: ['echo $$'] })).stdout;
    const said = await shell.call({
      scripts,
      fn: 'eval',
      args: ['read -r t_own t_rest </proc/self/stat; echo $t_own'],
      inPlace: true,
    });
    expect(said.stdout).toBe(pid);
  });

  it('give their status and what they said when they failed', async () => {
    const shell = await getShell();
    const says = (status: number, inPlace: boolean): Promise<unknown> =>
      shell.call({ scripts, fn: 't_says', args: [String(status)], inPlace, pipelined: true });
    const answers = await Promise.all([says(0, true), says(5, true), says(0, true), says(0, false), says(6, false)]);
    expect(answers).toMatchObject([
      { rc: 0, stdout: 'out\n', stderr: '' },
      { rc: 5, stdout: 'out\n', stderr: expect.stringMatching(/said 5\n$/) },
      { rc: 0, stdout: 'out\n', stderr: '' },
      { rc: 0, stdout: 'out\n', stderr: 'said 0\n' },
      { rc: 6, stdout: 'out\n', stderr: 'said 6\n' },
    ]);
  });

  it('end when they are cancelled, and the shell goes on', async () => {
    const shell = await getShell();
    const stop = new AbortController();
    const call = shell.call({ scripts, fn: 't_slow', args: ['30'], inPlace: true, signal: stop.signal });
    setTimeout(() => stop.abort(), 300);
    const begun = performance.now();
    await expect(call).rejects.toMatchObject({ code: 'E_CANCELLED' });
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect((await shell.call({ scripts, fn: 't_echo', args: ['there'], inPlace: true })).stdout).toBe('there');
  });
});

describe('a variable of the environment', () => {
  // names that the verb file's call and its scripts use
  beforeAll(() => Object.assign(process.env, { mode: 'theirs', toa_line: 'theirs' }));
  afterAll(() => {
    delete process.env['mode'];
    delete process.env['toa_line'];
  });
  forEachShell('with the name of one of ours', (getShell) => {
    const at = useScratch();
    it('is not lost', async () => {
      const shell = await getShell();
      const before = await stateOf(shell);
      await runFileVerbs(shell, at);
      expect(await stateOf(shell)).toEqual(before);
      expect((await shell.call({ scripts, fn: 't_env' })).stdout).toMatch(
        /^(mode|toa_line)=theirs$[^]*^(mode|toa_line)=theirs$/m,
      );
    });
  });
});

describe('assignedNames', () => {
  it('finds what a text sets', () => {
    const text = 'a=1 b="x"; { c=; } && d=$(e=2 f)\nLC_ALL=C g\nfor h in x; do read -r i j <k; done\nIFS= read l\n';
    expect([...assignedNames(text)].sort()).toEqual([...'abcdehijl']);
  });
});

/** An error in one of these ends a shell (POSIX, 2.8.1), or they change it. Reviewed: each is in a subshell, or is taken back. */
const REVIEWED = [
  // of what is known to be there
  'tasks/shared/files/foreign.sh: shift 3',
  'tasks/shared/files/foreign.sh: shift 5',
  'tasks/shared/files/foreign.sh: shift',
  // closing does not fail, and nothing else has these
  'tasks/shared/files/foreign.sh: toa_close() { exec 7<&- 8<&- 9<&-; }',
  'tasks/shared/files/foreign.sh: umask 077',
  // in a subshell
  'tasks/shared/files/write.sh: umask 077',
  'tasks/shared/files/write.sh: : >"$toa_new"',
  `tasks/file/file.sh: CDPATH='' cd -P -- "./$_entry" || exit 1`,
  'tasks/file/file.sh: exit 1',
  'tasks/shared/files/content.sh: umask "$_was"',
  'tasks/shared/files/content.sh: [ -z "$_umask" ] || umask "$_umask"',
  'src/host/facts/facts.sh: if [ -n "${BASH_VERSION-}" ]; then env; else export -p; fi',
  'src/host/facts/facts.sh: shift',
  // awk's
  `src/host/facts/facts.sh: for (i = 2; i <= NF; i++) if ($i == n || index($i, n ".") == 1) { print $2; exit } }' /etc/hosts 2>/dev/null`,
  `src/host/facts/facts.sh: { getent passwd "$2" 2>/dev/null || awk -F: -v u="$2" '$3 == u { print; exit }' /etc/passwd; } | head -n 1`,
];
const SPECIAL =
  /(?:^|[;{|&(]|\b(?:then|do|else)\b)\s*(?::\s*>|(?:exec|exit|cd|trap|export|readonly|umask|shift|eval|unset)\b(?!=))/;

describe('scripts whose functions run in the shell itself', () => {
  const at = useScratch();
  forEachShell('as the verbs load them', (getShell) => {
    it('do nothing that ends or changes a shell', async () => {
      const calls: Call[] = [];
      await runFileVerbs(await getShell(), at, { calls });
      const paths = new Set(calls.filter(({ inPlace }) => inPlace).flatMap((call) => call.scripts));
      expect(paths.size).toBeGreaterThan(6);
      const lines = [...paths].flatMap((path) => linesOf(path).map((line) => `${relative('.', path)}: ${line}`));
      expect(lines.filter((line) => !REVIEWED.includes(line))).toEqual([]);
    });
  });
});

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('#') && SPECIAL.test(line));
}

import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryProgram } from '../../scripts/lib/programs.mjs';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'toa-play-first-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function toa(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return tryProgram(process.execPath, [resolve('bin/toa-play.js'), ...args], { cwd: folder });
}

const LOCAL = ['-i', 'localhost,', '-c', 'local'];

describe('run shows what came back', () => {
  it('of a command line: what it printed and its return code', () => {
    const good = toa('run', 'localhost', 'echo out; echo err >&2', ...LOCAL);
    expect(good.stdout).toBe('localhost | CHANGED | rc=0 >>\nout\nerr\n');
    const bad = toa('run', 'localhost', 'echo out; exit 3', ...LOCAL);
    expect([bad.status, bad.stdout]).toEqual([2, 'localhost | FAILED | rc=3 >>\nout\n']);
  });

  it('of a verb: its result, in the form of `ansible -m`', () => {
    const { stdout } = toa('run', 'localhost', 'ping', ...LOCAL);
    expect(stdout).toBe('localhost | SUCCESS => {\n    "changed": false,\n    "ping": "pong"\n}\n');
    const theirs = tryProgram('ansible', ['localhost', '-m', 'command', '-a', 'echo hi', ...LOCAL], { cwd: folder });
    expect(toa('run', 'localhost', 'command', 'echo', 'hi', ...LOCAL).stdout).toBe(theirs.stdout);
  });

  it('of a host that is not there: what to do', () => {
    const { status, stdout } = toa('run', 'all', 'ping', '-i', 'no-such-host.invalid,');
    expect(status).toBe(4);
    expect(stdout).toMatch(/^no-such-host.invalid \| UNREACHABLE! => \{\n/);
    expect(stdout).toMatch(/(there is no host|could not be looked up)[^]*\n {4}do: /);
  });
});

describe('completion', () => {
  const script = (shell: string): string => {
    const file = join(folder, `toa-play.${shell}`);
    writeFileSync(file, toa('completion', shell).stdout);
    return file;
  };

  it('in bash', () => {
    const ask = (words: string, at: number): string[] =>
      tryProgram('bash', [
        '-c',
        `compopt() { :; }; source ${script('bash')}; COMP_WORDS=(${words}); COMP_CWORD=${at}; _toa_play; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ]).stdout.split('\n');
    expect(ask('toa-play st', 1)).toContain('status');
    expect(ask('toa-play site.yml --start', 2)).toEqual(['--start-at-task', '']);
    expect(ask('toa-play run web1 toa_v', 3)).toEqual(expect.arrayContaining(['toa_verify']));
    expect(ask('toa-play completion f', 2)).toEqual(['fish', '']);
  });

  it('in fish', () => {
    const ask = (line: string): string =>
      tryProgram('fish', ['-c', `source ${script('fish')}; complete -C'${line}'`]).stdout;
    expect(ask('toa-play sta')).toMatch(/^status\t/m);
    expect(ask('toa-play --start')).toMatch(/^--start-at-task\t/m);
    expect(ask('toa-play doc toa_ver')).toMatch(/^toa_verify/m);
  });

  it('in zsh: the script is read, and its function is there', () => {
    const words = `autoload -Uz compinit; compinit -D -u; source ${script('zsh')}; whence -w _toa_play; print $_comps[toa-play]`;
    const { stdout, stderr } = tryProgram('zsh', ['-f', '-c', words], { cwd: folder });
    expect([stdout, stderr]).toEqual(['_toa_play: function\n_toa_play\n', '']);
  });

  it('and of another shell says which there are', () =>
    expect(toa('completion', 'csh')).toMatchObject({ status: 2, stderr: expect.stringContaining('bash|zsh|fish') }));
});

describe('help and version are words, too', () => {
  it('help is --help, of commands too, whose own options stand first', () => {
    expect(toa('help').stdout).toBe(toa('--help').stdout);
    expect(toa('help', 'explain').stdout).toBe(toa('explain', '--help').stdout);
    expect(toa('help', 'inventory').stdout).toMatch(/\nOptions:\n {2}--list .*[^]*\nConnection:\n/);
    expect(toa('help', 'plan').stdout).not.toContain('--start-at-task');
    expect(toa('help', 'statsu').stderr).toContain('Did you mean status?');
  });

  it('version is --version; a folder that was built here has nothing to be held against', () => {
    expect(toa('version').stdout).toBe(toa('--version').stdout);
    expect(toa('version', '--verbose').stdout).toMatch(/^toa-play .*\nNode \d/);
  });
});

describe('what stops us before anything is loaded is a sentence', () => {
  it('a clone that was not built', () => {
    const clone = join(folder, 'clone');
    for (const path of ['bin', 'package.json']) cpSync(resolve(path), join(clone, path), { recursive: true });
    symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
    const { status, stderr } = tryProgram(process.execPath, [join(clone, 'bin/toa-play.js'), 'site.yml']);
    expect([status, stderr]).toEqual([
      1,
      `ERROR! E_NOT_BUILT: ${clone} is not built: there is no dist/bundle\n  remedy: in that folder: npm ci && npm run build\n`,
    ]);
  });

  it('an old Node (a fake version number)', () => {
    const fake = join(folder, 'fake-node-18.cjs');
    writeFileSync(
      fake,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`,
    );
    const args = ['-r', fake, resolve('bin/toa-play.js'), 'site.yml'];
    const { status, stderr } = tryProgram(process.execPath, args);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^ERROR! E_NODE_VERSION: toa-play needs Node 20 or newer, and .* is 18\.20\.8\n {2}remedy: .*\n$/,
    );
  });
});

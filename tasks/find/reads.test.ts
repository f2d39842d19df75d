import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { tree, useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb as assemble } from '../assemble/task.ts';
import { verb as fetchFile } from '../fetch/task.ts';
import { parseDatabase } from '../getent/task.ts';
import { verb as getent } from '../getent/task.ts';
import { verb as git } from '../git/task.ts';
import { parsePackages } from '../package_facts/task.ts';
import { parseServices } from '../service_facts/task.ts';
import { fnmatch } from '../shared/files/fnmatch.ts';
import { parseUnit } from '../shared/services/service.ts';
import { verb as slurp } from '../slurp/task.ts';
import { verb as stat } from '../stat/task.ts';
import { verb as tempfile } from '../tempfile/task.ts';
import { verb } from './task.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

forEachShell('verbs that read, and git', (shell) => {
  const at = useScratch();
  const run = async (
    which: { readonly name: string },
    args: Record<string, unknown>,
    options?: VerbRunOptions,
  ): Promise<ModuleResult> => runVerb(which as never, args, await shell(), options);
  const names = (result: ModuleResult): string[] =>
    (result['files'] as { path: string }[]).map(({ path }) => path.slice(at().length + 1)).sort();

  beforeEach(() => {
    mkdirSync(at('d/e'), { recursive: true });
    writeFileSync(at('d/a.log'), 'first\nkernel: TOA loaded\n');
    writeFileSync(at('d/b.txt'), 'x'.repeat(3000));
    writeFileSync(at('d/.hidden.log'), 'h');
    writeFileSync(at('d/e/c d.log'), 'c');
    symlinkSync('a.log', at('d/l.log'));
    utimesSync(at('d/a.log'), 1_000_000, 1_000_000);
  });

  it('find lists nothing that a name passes off as an entry', async () => {
    const forged = '81a4 644 0 0 5 root root 1 2 1 3 3 1 ';
    mkdirSync(at(`d/x\n${forged}`));
    writeFileSync(at(`d/x\n${forged}/canary`), 'below');
    writeFileSync(at(`d/y\nskipped z`), 'y');
    const result = await run(verb, { paths: [at('d')], recurse: true, file_type: 'any', hidden: true });
    expect(names(result)).toEqual(['d/.hidden.log', 'd/a.log', 'd/b.txt', 'd/e', 'd/e/c d.log', 'd/l.log']);
    expect(result['skipped_paths']).toEqual({});
  });

  it('find: by name, depth, type', async () => {
    expect(names(await run(verb, { paths: at('d'), patterns: '*.log' }))).toEqual(['d/a.log']);
    expect(names(await run(verb, { paths: at('d'), patterns: '*.log', recurse: true, hidden: true }))).toEqual([
      'd/.hidden.log',
      'd/a.log',
      'd/e/c d.log',
    ]);
    expect(names(await run(verb, { paths: at('d'), file_type: 'any', excludes: '*.log' }))).toEqual(['d/b.txt', 'd/e']);
    expect(names(await run(verb, { paths: at('d'), use_regex: true, patterns: ['^[ab]\\.'] }))).toEqual([
      'd/a.log',
      'd/b.txt',
    ]);
  });

  it('find: by age, size and content, with sums', async () => {
    expect(names(await run(verb, { paths: at('d'), age: '1w' }))).toEqual(['d/a.log']);
    expect(names(await run(verb, { paths: at('d'), size: '2k' }))).toEqual(['d/b.txt']);
    const found = await run(verb, { paths: at('d'), contains: '^kernel: T', get_checksum: true, recurse: true });
    expect(names(found)).toEqual(['d/a.log']);
    expect(found['files']).toMatchObject([
      { mode: '0644', isreg: true, mtime: 1_000_000, checksum: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ]);
    expect(await run(verb, { paths: at('none') })).toMatchObject({
      matched: 0,
      skipped_paths: { [at('none')]: expect.any(String) },
    });
  });

  it('stat: attributes, links, what is missing', async () => {
    expect(await run(stat, { path: at('d/a.log') })).toMatchObject({
      changed: false,
      stat: { exists: true, size: 25, isreg: true, islnk: false, mode: '0644', mtime: 1_000_000, nlink: 1 },
    });
    expect(await run(stat, { path: at('d/l.log') })).toMatchObject({
      stat: { islnk: true, lnk_target: 'a.log', lnk_source: at('d/a.log') },
    });
    expect(await run(stat, { path: at('none') })).toEqual({ changed: false, stat: { exists: false } });
  });

  it('slurp: bytes as they are', async () => {
    const bytes = Buffer.from([10, 0, 255, 61, 10, 10]);
    writeFileSync(at('bin'), bytes);
    expect(await run(slurp, { src: at('bin') })).toMatchObject({
      content: bytes.toString('base64'),
      encoding: 'base64',
      source: at('bin'),
    });
    expect(await run(slurp, { src: at('none') })).toMatchObject({ failed: true, msg: `file not found: ${at('none')}` });
  });

  it('fetch: below the host, once', async () => {
    const args = { src: at('d/a.log'), dest: at('got') };
    expect(await run(fetchFile, args)).toMatchObject({ changed: true, dest: at('got', 'localhost', at('d/a.log')) });
    expect(await run(fetchFile, args)).toMatchObject({ changed: false });
    expect(readFileSync(at('got', 'localhost', at('d/a.log')), 'utf8')).toContain('TOA loaded');
    expect(await run(fetchFile, { ...args, src: at('none') })).toMatchObject({
      failed: true,
      msg: 'the remote file does not exist, not transferring, ignored',
    });
    expect(await run(fetchFile, { ...args, src: at('none'), fail_on_missing: false })).toMatchObject({
      changed: false,
    });
  });

  it('tempfile: private, with a name of its own', async () => {
    const one = await run(tempfile, { path: at('d/e'), suffix: '.x' });
    const two = await run(tempfile, { path: at('d/e'), state: 'directory' });
    expect(one).toMatchObject({ changed: true, mode: '0600' });
    expect(two).toMatchObject({ mode: '0700', state: 'directory' });
    expect(String(one['path'])).toMatch(/ansible\.\w+\.x$/);
  });

  it('assemble: on the host and from the controller alike', async () => {
    mkdirSync(at('parts'));
    writeFileSync(at('parts/1'), 'one');
    writeFileSync(at('parts/2'), 'two\n');
    writeFileSync(at('parts/skip'), 'no');
    const args = { src: at('parts'), regexp: '^\\d$', delimiter: '# --' };
    for (const remote_src of [true, false]) {
      const dest = at(`joined${remote_src}`);
      expect(await run(assemble, { ...args, dest, remote_src })).toMatchObject({ changed: true });
      expect(await run(assemble, { ...args, dest, remote_src })).toMatchObject({ changed: false });
      expect(readFileSync(dest, 'utf8')).toBe('one\n# --\ntwo\n');
    }
  });

  it('getent: a key, and one that is missing', async () => {
    expect(await run(getent, { database: 'passwd', key: 'root' })).toMatchObject({
      ansible_facts: { getent_passwd: { root: ['x', '0', '0', expect.any(String), '/root', expect.any(String)] } },
    });
    expect(await run(getent, { database: 'passwd', key: 'toa-none' })).toMatchObject({ failed: true });
    expect(await run(getent, { database: 'passwd', key: 'toa-none', fail_key: false })).toMatchObject({
      ansible_facts: { getent_passwd: { 'toa-none': null } },
    });
  });

  it('git: clones, updates, switches, refuses local changes', async () => {
    const environment = {
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b',
    };
    const inRepo = (...words: string[]): string =>
      runProgram('git', words, { cwd: at('repo'), env: { ...process.env, ...environment } })
        .toString()
        .trim();
    mkdirSync(at('repo'));
    inRepo('init', '-q', '-b', 'main');
    writeFileSync(at('repo/f'), '1\n');
    inRepo('add', 'f');
    inRepo('commit', '-qm', 'one');
    inRepo('tag', 'v1');
    const first = inRepo('rev-parse', 'HEAD');
    const args = { repo: at('repo'), dest: at('work') };
    expect(await run(git, args, { environment, check: true })).toMatchObject({ changed: true, after: first });
    expect(await run(git, args, { environment })).toMatchObject({ changed: true, before: null, after: first });
    expect(await run(git, args, { environment })).toMatchObject({ changed: false, before: first, after: first });
    writeFileSync(at('repo/f'), '2\n');
    inRepo('commit', '-qam', 'two');
    const second = inRepo('rev-parse', 'HEAD');
    expect(await run(git, args, { environment })).toMatchObject({ changed: true, before: first, after: second });
    expect(await run(git, { ...args, version: 'v1' }, { environment })).toMatchObject({ changed: true, after: first });
    expect(await run(git, { ...args, version: second }, { environment })).toMatchObject({
      changed: true,
      after: second,
    });
    expect(await run(git, { ...args, version: second }, { environment })).toMatchObject({ changed: false });
    writeFileSync(at('work/f'), 'mine\n');
    expect(await run(git, args, { environment })).toMatchObject({
      failed: true,
      msg: `Local modifications exist in the destination: ${at('work')} (force=no).`,
    });
    expect(await run(git, { ...args, force: true }, { environment })).toMatchObject({ changed: true });
    expect(tree(at('work'))['f']).toBe('0644 2\n');
    rmSync(at('repo'), { recursive: true });
    expect(await run(git, args, { environment })).toMatchObject({ failed: true });
  }, 60_000);
});

describe('answers of programs', () => {
  it('package_facts: dpkg, rpm with several kernels', () => {
    const text =
      '=apt\nbash\t5.2-2\tamd64\tshells\n=rpm\nkernel\t2.6.32\t754.el6\t(none)\tx86_64\nkernel\t2.6.32\t696.el6\t(none)\tx86_64\nbind\t9.8\t1\t32\tx86_64\n';
    const packages = parsePackages(text);
    expect(packages['bash']).toEqual([
      { name: 'bash', version: '5.2-2', arch: 'amd64', category: 'shells', source: 'apt' },
    ]);
    expect(packages['kernel']).toHaveLength(2);
    expect(packages['bind']).toMatchObject([{ epoch: 32, release: '1' }]);
  });

  it('service_facts: what unit files say joins what runs', () => {
    const text =
      'systemd|ssh.service|running|unknown\nsystemd|x.service|stopped|not-found\nfile|ssh.service||enabled\nfile|y.service||disabled\nsysv|old|stopped|enabled\n';
    expect(parseServices(text)).toEqual({
      'ssh.service': { name: 'ssh.service', state: 'running', status: 'enabled', source: 'systemd' },
      'x.service': { name: 'x.service', state: 'stopped', status: 'not-found', source: 'systemd' },
      'y.service': { name: 'y.service', state: 'inactive', status: 'disabled', source: 'systemd' },
      old: { name: 'old', state: 'stopped', status: 'enabled', source: 'sysv' },
    });
  });

  it('systemctl show: values in braces over several lines', () => {
    expect(parseUnit('Id=a\nExecStart={ path=/x ;\n argv[]=y }\nDescription={ open\n')).toEqual({
      Id: 'a',
      ExecStart: '{ path=/x ;\n argv[]=y }',
      Description: '{ open',
    });
  });

  it('getent: a key that comes twice', () => {
    expect(parseDatabase('a 1\na 2\nb 3 4\n', undefined)).toEqual({ a: [['1'], ['2']], b: ['3', '4'] });
  });

  it('fnmatch as Python has it', () => {
    expect(fnmatch('a*.[ch]').test('a.b.c')).toBe(true);
    expect(fnmatch('[!a]?').test('ab')).toBe(false);
    expect(fnmatch('a[').test('a[')).toBe(true);
    expect(fnmatch('*').test('x\ny')).toBe(true);
  });
});

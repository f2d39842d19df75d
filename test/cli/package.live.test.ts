import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runProgram, tryProgram } from '../../scripts/lib/programs.mjs';
import { manifestOf, packedFiles } from '../../scripts/release.d/manifest.mjs';
import { useScratch } from '../support/scratch.ts';

const at = useScratch();
let files: readonly string[];
beforeAll(() => (files = packedFiles()));

describe('what npm packs', () => {
  it('is whole: the program, receivers for both architectures, playbooks, licences of what is bundled', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/toa-play.js',
        'dist/bundle/main.cjs',
        'kmod/build/aarch64/toa-bpf',
        'playbooks/site.yml',
      ]),
    );
    const licences = readFileSync('dist/bundle/LICENSES.txt', 'utf8');
    for (const name of ['ssh2', 'zod', 'yaml', 'commander']) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  it('and has nothing that nobody who installs it needs', () =>
    expect(files.filter((file) => /\.test\.ts$|\.map$|toa-guest|\.o$|^scripts\/|node_modules/.test(file))).toEqual([]));

  it('has all that its documents link to', () => {
    const links = files
      .filter((file) => file.endsWith('.md') && !file.startsWith('tasks/'))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
          ([, link]) => [file, link] as const,
        ),
      );
    const missing = links.filter(([file, link]) => {
      const path = join(dirname(file), link).replace(/\/$/, '');
      return !files.some((one) => one === path || one.startsWith(`${path}/`));
    });
    expect([links.length > 20, missing]).toEqual([true, []]);
  });
});

it('the package installs without a compiler, without install scripts, without warnings, and runs', () => {
  const manifest = resolve('MANIFEST.sha256');
  const before = tryProgram('cat', [manifest]);
  writeFileSync(manifest, manifestOf(packedFiles()));
  try {
    runProgram('npm', ['pack', '--ignore-scripts', '--pack-destination', at('.')]);
  } finally {
    if (before.status === 0) writeFileSync(manifest, before.stdout);
    else runProgram('rm', ['-f', manifest]);
  }
  const tarball = runProgram('sh', ['-c', `ls ${at('.')}/*.tgz`]).trim();
  // no compiler, no python: only Node and what npm itself starts
  const path = at('bin');
  mkdirSync(path);
  for (const name of ['node', 'npm', 'sh'])
    runProgram('ln', ['-s', runProgram('sh', ['-c', `command -v ${name}`]).trim(), path]);
  const env = { ...process.env, PATH: path, npm_config_prefix: at('prefix'), npm_config_offline: 'true' };
  const { status, stdout, stderr } = tryProgram('npm', ['install', '--global', '--no-audit', '--no-fund', tarball], {
    env,
    cwd: at('.'),
  });
  expect([status, stderr, stdout.trim()]).toEqual([0, '', expect.stringMatching(/^added 1 package in/)]);
  const toa = (...args: string[]) =>
    tryProgram(at('prefix/bin/toa-play'), args, { cwd: at('.'), env: { ...env, PATH: `${path}:/usr/bin:/bin` } });
  expect(toa('run', 'localhost', 'ping', '-i', 'localhost,', '-c', 'local')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('SUCCESS'),
  });
  const told = toa('version', '--verbose');
  expect([told.status, told.stdout]).toEqual([0, expect.stringMatching(/^\d+ files, all as they were released$/m)]);
  // one that somebody changed is named
  const root = dirname(dirname(runProgram('readlink', ['-f', at('prefix/bin/toa-play')]).trim()));
  writeFileSync(join(root, 'playbooks/site.yml'), '- hosts: all\n');
  expect(toa('version', '--verbose')).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^ {2}playbooks\/site\.yml: changed$/m),
  });
  expect(basename(tarball)).toMatch(/^toa-play-.*\.tgz$/);
});

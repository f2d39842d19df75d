import { mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportModules, importModules } from '../../src/cli/cache/archive.ts';
import { cachedModules, dropModules } from '../../src/cli/cache/store.ts';
import { builderFolder } from '../../tasks/shared/receiver/module-cache.ts';
import { useScratch } from '../support/scratch.ts';
import { main } from '../../src/cli/main.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const scratch = useScratch();
let shown = '';

beforeEach(() => {
  process.env['XDG_CACHE_HOME'] = mkdtempSync(join(scratch(), 'cache-'));
  shown = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  delete process.env['XDG_CACHE_HOME'];
});

/** A file that says of itself for which kernel it is; the cache looks no deeper, kmod_build does. */
function put(builder: string, key: string, release: string, ageDays = 0): void {
  const folder = builderFolder(builder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'builder'), `${builder}\n`);
  writeFileSync(join(folder, `${key}.ko`), `\0vermagic=${release} SMP mod_unload\0${key}`);
  const made = Date.now() / 1000 - ageDays * 86_400 - 60;
  utimesSync(join(folder, `${key}.ko`), made, made);
}

describe('toa-play cache', () => {
  it('lists, prunes by age, and says how many are left', async () => {
    put('build1', '00aa11bb22cc33dd', '5.10.0-9-amd64', 100);
    put('localhost', '0123456789abcdef', '6.1.0-13-amd64');
    expect(await main(['cache', 'ls'])).toBe(0);
    expect(shown).toMatch(
      /5\.10\.0-9-amd64\s+build1\s+1 KiB\s+100 days\s+00aa11bb22cc33dd\n6\.1\.0-13-amd64\s+localhost/,
    );
    shown = '';
    expect(await main(['cache', 'prune'])).toBe(2);
    expect(shown).toContain('--older-than DAYS');
    expect(cachedModules()).toHaveLength(2);
    expect(await main(['cache', 'prune', '--older-than', '90'])).toBe(0);
    expect(shown).toContain('1 modules removed, 1 left');
    expect(cachedModules().map(({ release }) => release)).toEqual(['6.1.0-13-amd64']);
  });

  it('goes to another controller as a file, with builders’ names, once', async () => {
    put('build1', '00aa11bb22cc33dd', '5.10.0-9-amd64');
    put('localhost', '0123456789abcdef', '6.1.0-13-amd64');
    const before = cachedModules();
    const file = join(scratch(), 'cache.tar');
    expect(await main(['cache', 'export', file])).toBe(0);
    const sum = /SHA-256 ([0-9a-f]{64})/.exec(shown)?.[1] as string;
    process.env['XDG_CACHE_HOME'] = mkdtempSync(join(scratch(), 'other-'));
    expect(await main(['cache', 'import', file, '--sha256', sum.replace(/^./, 'x')])).not.toBe(0);
    expect(cachedModules()).toEqual([]);
    expect(await main(['cache', 'import', file, '--sha256', sum])).toBe(0);
    const same = ({ path, builder, release, sha256 }: (typeof before)[number]): unknown[] => [
      path,
      builder,
      release,
      sha256,
    ];
    expect(cachedModules().map((one) => same(one))).toEqual(before.map((one) => same(one)));
    expect(await importModules(file)).toEqual({ taken: 0, all: 2 });
    dropModules(cachedModules());
    expect(readdirSync(join(process.env['XDG_CACHE_HOME'], 'toa-play/modules'))).toEqual([]);
  });

  it('takes nothing from an archive that is damaged, incomplete or has other files', async () => {
    put('localhost', '0123456789abcdef', '6.1.0-13-amd64');
    const file = join(scratch(), 'cache.tar');
    await exportModules(cachedModules(), file);
    const folder = mkdtempSync(join(scratch(), 'tree-'));
    runProgram('tar', ['-xf', file, '-C', folder]);
    const [{ path }] = cachedModules();
    process.env['XDG_CACHE_HOME'] = mkdtempSync(join(scratch(), 'other-'));
    const pack = (...names: string[]): string => {
      runProgram('tar', ['-cPf', file, '-C', folder, ...names]);
      return file;
    };
    await expect(importModules(pack('index.json'))).rejects.toThrow(`lacks ${path}`);
    writeFileSync(join(folder, '../evil'), 'x');
    await expect(importModules(pack('index.json', path, '../evil'))).rejects.toThrow('which is no cached module');
    const good = readFileSync(join(folder, path));
    writeFileSync(join(folder, path), 'something else');
    await expect(importModules(pack('index.json', path))).rejects.toThrow('is not what its index says');
    writeFileSync(join(folder, 'kept'), good);
    runProgram('rm', [join(folder, path)]);
    symlinkSync('/etc/passwd', join(folder, path));
    await expect(importModules(pack('index.json', path))).rejects.toThrow(`lacks ${path}`);
    writeFileSync(file, 'no archive');
    await expect(importModules(file)).rejects.toThrow(/cache\.tar: /);
    expect(cachedModules()).toEqual([]);
  });
});

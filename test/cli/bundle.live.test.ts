import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryProgram } from '../../scripts/lib/programs.mjs';

let copy: string;
const compiled = (): string => join(copy, 'dist/bundle/main.cache');

// Without node_modules: the bundle needs none.
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'toa-play-bundle-test-'));
  for (const path of ['bin', 'dist/bundle', 'package.json'])
    cpSync(resolve(path), join(copy, path), { recursive: true });
  for (const path of ['src', 'tasks']) symlinkSync(resolve(path), join(copy, path));
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

function pinged(nodeFlags: string[] = []): string {
  const args = [...nodeFlags, join(copy, 'bin/toa-play.js'), 'run', 'localhost', 'ping', '-c', 'local'];
  const { stdout, stderr, status } = tryProgram(process.execPath, args, { cwd: copy });
  expect(stderr).not.toMatch(/Error/);
  expect(status).toBe(0);
  return stdout;
}

describe('the bundle runs whatever its compiled code is', () => {
  it('as it was built', () => {
    const source = readFileSync(join(copy, 'dist/bundle/main.cjs'));
    expect(readFileSync(compiled()).subarray(0, 32)).toEqual(createHash('sha256').update(source).digest());
    const cachedData = readFileSync(compiled()).subarray(32);
    expect(new Script(source.toString('latin1'), { cachedData }).cachedDataRejected).toBe(false);
    expect(pinged()).toContain('localhost | SUCCESS');
  });

  it('and counts columns: a banner with a Chinese name is 79 wide', () => {
    const play = `[{hosts: localhost, gather_facts: false, name: 部署网关🚀, tasks: [{name: e\u0301t\u00e9, ping: }]}]`;
    writeFileSync(join(copy, 'site.yml'), play);
    const args = [join(copy, 'bin/toa-play.js'), 'site.yml', '-i', 'localhost,', '-c', 'local'];
    const { stdout } = tryProgram(process.execPath, args, { cwd: copy });
    expect(stdout).toContain(`\nPLAY [部署网关🚀] ${'*'.repeat(62)}\n`);
    expect(stdout).toContain(`\nTASK [e\u0301t\u00e9] ${'*'.repeat(69)}\n`);
  });

  it('made by Node with other flags', () => expect(pinged(['--stack-size=900'])).toContain('localhost | SUCCESS'));

  it('made by another version of Node', () => {
    const bytes = readFileSync(compiled());
    bytes.writeUInt32LE(bytes.readUInt32LE(36) ^ 1, 36);
    writeFileSync(compiled(), bytes);
    expect(pinged()).toContain('localhost | SUCCESS');
  });

  it('cut off', () => {
    writeFileSync(compiled(), readFileSync(compiled()).subarray(0, 5000));
    expect(pinged()).toContain('localhost | SUCCESS');
  });

  it('made of another text of the same length', () => {
    const bundle = join(copy, 'dist/bundle/main.cjs');
    const text = readFileSync(bundle, 'latin1');
    const same = text.replaceAll('SUCCESS', 'success');
    expect([same === text, same.length]).toEqual([false, text.length]);
    writeFileSync(bundle, same, 'latin1');
    expect(pinged()).toContain('localhost | success');
  });

  it('missing', () => {
    rmSync(compiled());
    expect(pinged()).toContain('localhost | SUCCESS');
  });
});

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let copy: string;
const compiled = (): string => join(copy, 'dist/bundle/main.cache');

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'toa-play-bundle-test-'));
  for (const path of ['bin', 'dist/bundle', 'package.json'])
    cpSync(resolve(path), join(copy, path), { recursive: true });
  for (const path of ['node_modules', 'src', 'tasks']) symlinkSync(resolve(path), join(copy, path));
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

function pinged(nodeFlags: string[] = []): string {
  const args = [...nodeFlags, join(copy, 'bin/toa-play.js'), 'run', 'localhost', 'ping', '-c', 'local'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  expect(stderr).not.toMatch(/Error/);
  expect(status).toBe(0);
  return stdout;
}

describe('the bundle runs whatever its compiled code is', () => {
  it('as it was built', () => {
    const [source, cachedData] = [readFileSync(join(copy, 'dist/bundle/main.cjs'), 'latin1'), readFileSync(compiled())];
    expect(new Script(source, { cachedData }).cachedDataRejected).toBe(false);
    expect(pinged()).toMatch(/^ok: \[localhost\]/m);
  });

  it('made by Node with other flags', () => expect(pinged(['--stack-size=900'])).toMatch(/^ok: \[localhost\]/m));

  it('made by another version of Node', () => {
    const bytes = readFileSync(compiled());
    bytes.writeUInt32LE(bytes.readUInt32LE(4) ^ 1, 4);
    writeFileSync(compiled(), bytes);
    expect(pinged()).toMatch(/^ok: \[localhost\]/m);
  });

  it('cut off', () => {
    writeFileSync(compiled(), readFileSync(compiled()).subarray(0, 5000));
    expect(pinged()).toMatch(/^ok: \[localhost\]/m);
  });

  it('missing', () => {
    rmSync(compiled());
    expect(pinged()).toMatch(/^ok: \[localhost\]/m);
  });
});

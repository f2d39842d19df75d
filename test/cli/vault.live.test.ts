import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryProgram } from '../../scripts/lib/programs.mjs';

const TOA_PLAY = [process.execPath, resolve('bin/toa-play.js'), 'vault'];
const ANSIBLE = ['ansible-vault'];
const TEXT = 'user: admin\nsecret: "grün"\n';

let folder: string;
const file = (name: string): string => join(folder, name);

function run(tool: string[], args: string[], options: { input?: string; editor?: string } = {}) {
  const env = { ...process.env, EDITOR: options.editor ?? 'false', TMPDIR: file('tmp') };
  const [command, ...first] = tool;
  return tryProgram(command, [...first, ...args], { cwd: folder, env, input: options.input ?? '' });
}

function good(tool: string[], args: string[], options: { input?: string; editor?: string } = {}): string {
  const { status, stdout, stderr } = run(tool, args, options);
  expect(stderr).not.toMatch(/ERROR/);
  expect(status).toBe(0);
  return stdout;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toa-play-vault-test-'));
  tryProgram('mkdir', [file('tmp')]);
  writeFileSync(file('one'), 'first\n');
  writeFileSync(file('two'), 'second\n');
  writeFileSync(file('script'), '#!/bin/sh\necho second\n');
  chmodSync(file('script'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what one tool writes the other reads', () => {
  const pairs = [
    ['toa-play', TOA_PLAY, 'ansible-vault', ANSIBLE],
    ['ansible-vault', ANSIBLE, 'toa-play', TOA_PLAY],
  ] as const;
  it.each(pairs)('%s writes, %s reads', (_writer, writer, _reader, reader) => {
    writeFileSync(file('a.yml'), TEXT, { mode: 0o640 });
    good([...writer], ['encrypt', '--vault-password-file', 'one', 'a.yml']);
    expect(readFileSync(file('a.yml'), 'utf8')).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    expect(good([...reader], ['view', '--vault-password-file', 'one', 'a.yml']).trim()).toBe(TEXT.trim());
    good([...writer], ['rekey', '--vault-password-file', 'one', '--new-vault-id', 'prod@two', 'a.yml']);
    expect(readFileSync(file('a.yml'), 'utf8')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    good([...writer], ['edit', '--vault-id', 'prod@script', 'a.yml'], { editor: 'sed -i s/admin/root/' });
    good([...reader], ['decrypt', '--vault-id', 'x@one', '--vault-id', 'prod@two', 'a.yml']);
    expect(readFileSync(file('a.yml'), 'utf8')).toBe(TEXT.replace('admin', 'root'));
  });

  it.each(pairs)('%s creates and encrypts strings, %s reads', (_writer, writer, _reader, reader) => {
    rmSync(file('new.yml'), { force: true });
    good([...writer], ['create', '--vault-password-file', 'one', 'new.yml'], { editor: 'sh -c \'echo made > "$0"\'' });
    expect(good([...reader], ['view', '--vault-password-file', 'one', 'new.yml']).trim()).toBe('made');
    expect(statSync(file('new.yml')).mode & 0o777).toBe(0o600);
    const yaml = good([...writer], ['encrypt_string', '--vault-password-file', 'one', '-n', 'pw', 'hidden']);
    expect(yaml).toMatch(/^pw: !vault \|\n {10}\$ANSIBLE_VAULT;1\.1;AES256\n/);
    const sealed = yaml
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
      .join('\n');
    expect(good([...reader], ['decrypt', '--vault-password-file', 'one', '--output', '-'], { input: sealed })).toBe(
      'hidden',
    );
  });
});

describe('toa-play vault', () => {
  it('leaves no plain text behind, also when the editor fails', () => {
    writeFileSync(file('b.yml'), TEXT);
    good(TOA_PLAY, ['encrypt', '--vault-password-file', 'one', 'b.yml']);
    const before = readFileSync(file('b.yml'));
    const { status, stderr } = run(TOA_PLAY, ['edit', '--vault-password-file', 'one', 'b.yml'], { editor: 'false' });
    expect(status).toBe(1);
    expect(stderr).toContain('E_VAULT_EDITOR');
    expect(readFileSync(file('b.yml'))).toEqual(before);
    expect(readdirSync(file('tmp'))).toEqual([]);
  });

  it('gives the editor a file that only its owner can read', () => {
    const editor = `sh -c 'stat -c %a "$0" "$(dirname "$0")" > ${file('modes')}'`;
    good(TOA_PLAY, ['edit', '--vault-password-file', 'one', 'b.yml'], { editor });
    expect(readFileSync(file('modes'), 'utf8')).toBe('600\n700\n');
  });

  it("refuses with Ansible's words", () => {
    const refusal = (...args: string[]): string => run(TOA_PLAY, args).stderr;
    writeFileSync(file('plain'), 'x\n');
    expect(refusal('view', '--vault-password-file', 'one', 'plain')).toContain('input is not vault encrypted data');
    expect(refusal('encrypt', '--vault-password-file', 'one', 'b.yml')).toContain('input is already encrypted');
    expect(refusal('view', '--vault-password-file', 'two', 'b.yml')).toContain('Decryption failed');
    expect(refusal('create', '--vault-password-file', 'one', 'b.yml')).toContain("exists, please use 'edit' instead");
    expect(refusal('encrypt', '--vault-id', 'a@one', '--vault-id', 'b@two', 'plain')).toContain('--encrypt-vault-id');
    expect(readFileSync(file('plain'), 'utf8')).toBe('x\n');
  });

  it('changes no file when one of several cannot be opened', () => {
    writeFileSync(file('c.yml'), 'c\n');
    good(TOA_PLAY, ['encrypt', '--vault-password-file', 'two', 'c.yml']);
    const before = [readFileSync(file('b.yml')), readFileSync(file('c.yml'))];
    const args = ['rekey', '--vault-password-file', 'one', '--new-vault-password-file', 'two', 'b.yml', 'c.yml'];
    expect(run(TOA_PLAY, args).status).toBe(1);
    expect([readFileSync(file('b.yml')), readFileSync(file('c.yml'))]).toEqual(before);
  });
});

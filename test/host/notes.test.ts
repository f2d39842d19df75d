import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Notes, readNotes } from '../../src/host/session/notes.ts';
import { shellNames } from '../support/shells.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const SCRIPT = resolve(import.meta.dirname, '../../src/host/session/notes.sh');
const program = (shell: string): string[] => (shell === 'busybox' ? ['busybox', 'sh'] : [shell]);

describe.each(shellNames())('notes on a host [%s]', (shell) => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'toa-notes-'));
    chmodSync(home, 0o755);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** Runs a text in the shell as a user who is not root, with a home. */
  const as = (text: string): string => {
    if (process.getuid?.() === 0) runProgram('chown', ['-R', 'nobody:', home]);
    const words = [...program(shell), '-c', `. ${SCRIPT}\n${text}`];
    const command = process.getuid?.() === 0 ? ['setpriv', '--reuid=nobody', '--clear-groups', ...words] : words;
    return runProgram(command[0], command.slice(1), {
      env: { PATH: process.env['PATH'], HOME: home },
    });
  };
  const folder = (): string => join(home, '.toa-play');

  it('are read by a later session, in order, whatever is in them', () => {
    const notes = new Notes();
    notes.add('one', `+1 ["it's $(id) \\n"]`);
    notes.add('two', '-n');
    notes.add('one', '  -1');
    as(notes.take());
    expect(statSync(folder()).mode & 0o7777).toBe(0o700);
    expect([...readNotes(`banner\n${as('toa_notes_say')}\n4711\n`)]).toEqual([
      ['one', [`+1 ["it's $(id) \\n"]`, '  -1']],
      ['two', ['-n']],
    ]);
    expect(notes.take()).toBe('');
  });

  it('are whole behind half a line', () => {
    as('toa_note one 1; printf "half" >>"$HOME/.toa-play/one"; toa_note one 2');
    expect(readNotes(as('toa_notes_say')).get('one')).toEqual(['1', 'half', '2']);
  });

  it('go, and their folder with the last of them', () => {
    as('toa_note one 1; toa_note two 2; toa_note_forget one');
    expect(readdirSync(folder())).toEqual(['two']);
    as('toa_note_forget two; toa_note_forget three');
    expect(existsSync(folder())).toBe(false);
    expect(as('toa_notes_say')).toBe('');
  });

  it('go when nobody asked for them in 90 days', () => {
    as('toa_note one 1; toa_note two 2; touch -t 202001010000 "$HOME/.toa-play/one"');
    expect(as('toa_notes_say')).toContain('toa-note one 1');
    expect(readdirSync(folder())).toEqual(['two']);
  });

  it('are not written where they cannot be, and nothing is said', () => {
    const cases = ['HOME=/proc', 'HOME=/nonexistent', 'unset HOME', 'HOME='];
    for (const one of cases)
      expect(as(`${one}; toa_note one 1; toa_note_forget one; toa_notes_say; echo $?`)).toBe('0\n');
  });

  it('are not written through a link', () => {
    const elsewhere = join(home, 'elsewhere');
    symlinkSync(elsewhere, folder());
    as(`mkdir ${elsewhere}; toa_note one 1`);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it("are not written into a home that is somebody else's", () => {
    // root's, and open to all
    as('HOME=/tmp; toa_note one 1');
    expect(existsSync('/tmp/.toa-play')).toBe(false);
  });
});

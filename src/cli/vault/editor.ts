import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { splitWords } from '../../base/shell-words.ts';
import { readInput, withPrivateFile } from './files.ts';

/**
 * Lets the person edit a text with $EDITOR (default vi).
 * @param path the file that the text belongs to
 * @returns the new text
 * @throws ToaError E_VAULT_EDITOR when the editor cannot be run or ends with an error; nothing is changed then
 */
export function editText(path: string, text: Uint8Array): Buffer {
  const [command, ...args] = splitWords(process.env['EDITOR'] || 'vi', { asShell: true });
  return withPrivateFile(basename(path), text, (file) => {
    const { error, status } = spawnSync(command, [...args, file], { stdio: 'inherit' });
    if (error || status !== 0) {
      const why = error?.message ?? `it ended with status ${status}`;
      throw new ToaError('E_VAULT_EDITOR', `the editor ${command} failed: ${why}`, {
        remedy: 'set EDITOR to a program that edits the file named as its last argument; nothing was changed',
      });
    }
    return readInput(file);
  });
}

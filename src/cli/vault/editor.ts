import { basename } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { splitWords } from '../../base/shell-words.ts';
import { onTerminal } from '../world/local-command.ts';
import { readInput, withPrivateFile } from './files.ts';

/**
 * Lets the person edit a text with $EDITOR (default vi).
 * @param path the file that the text belongs to
 * @returns the new text
 * @throws ToaError E_VAULT_EDITOR when the editor cannot be run or ends with an error; nothing is changed then
 */
export async function editText(path: string, text: Uint8Array): Promise<Buffer> {
  const [command, ...args] = splitWords(process.env['EDITOR'] || 'vi', { asShell: true });
  return withPrivateFile(basename(path), text, async (file) => {
    const status = await onTerminal(command, [...args, file]);
    if (status !== 0) {
      const why = status === undefined ? 'there is no such program' : `it ended with status ${status}`;
      throw new ToaError('E_VAULT_EDITOR', `the editor ${command} failed: ${why}`, {
        remedy: 'set EDITOR to a program that edits the file named as its last argument; nothing was changed',
      });
    }
    return readInput(file);
  });
}

import { ToaError } from '../../base/errors.ts';
import { shellWords, type Word } from '../../base/shell-words.ts';

/**
 * The words of a line of an INI inventory; `#` outside quotes begins a comment.
 * @throws ToaError E_INVENTORY_QUOTES for a quote or a backslash that nothing follows
 */
export function lineWords(line: string): Word[] {
  try {
    return shellWords(line, { comments: true });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ToaError('E_INVENTORY_QUOTES', error.message, {
      remedy: 'close the quote, or write a backslash before a quote or a backslash that stands for itself',
    });
  }
}

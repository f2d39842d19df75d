import { ToaError } from '../../base/errors.ts';

/** A word of a line with the column (from 0) where it begins. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/**
 * Splits a line into words as Python's `shlex.split(line, comments=True)` does: quotes and backslashes as in a POSIX
 * shell, `#` outside quotes begins a comment, even inside a word.
 * See https://docs.python.org/3/library/shlex.html#parsing-rules
 * @throws ToaError E_INVENTORY_QUOTES for a quote or a backslash that nothing follows
 */
export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at])) at++;
    else if (line[at] === '#') break;
    else {
      const word = readWord(line, at);
      words.push({ text: word.text, column: at });
      at = word.end;
    }
  }
  return words;
}

function fail(problem: string, remedy: string): never {
  throw new ToaError('E_INVENTORY_QUOTES', problem, { remedy });
}

function readWord(line: string, start: number): { text: string; end: number } {
  let text = '';
  let at = start;
  while (at < line.length && !/\s/.test(line[at]) && line[at] !== '#') {
    const c = line[at];
    if (c === '\\') {
      if (at + 1 >= line.length) fail('No escaped character', 'remove the backslash at the end of the line');
      text += line[at + 1];
      at += 2;
    } else if (c === '"' || c === "'") {
      const quoted = readQuoted(line, at);
      text += quoted.text;
      at = quoted.end;
    } else {
      text += c;
      at++;
    }
  }
  return { text, end: at };
}

function readQuoted(line: string, start: number): { text: string; end: number } {
  const quote = line[start];
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    const next = line[at + 1];
    if (line[at] === quote) return { text, end: at + 1 };
    if (quote === '"' && line[at] === '\\' && (next === '"' || next === '\\')) {
      text += next;
      at++;
    } else text += line[at];
  }
  return fail('No closing quotation', `close the ${quote} or write \\${quote} for the character itself`);
}

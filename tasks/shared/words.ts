/**
 * Splits a command line into words as a POSIX shell would, without expanding anything (Python's shlex.split,
 * https://docs.python.org/3/library/shlex.html).
 * @throws SyntaxError `No closing quotation` or `No escaped character`
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const char = text[at++];
    if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = text.indexOf("'", at);
      if (end < 0) throw new SyntaxError('No closing quotation');
      word = (word ?? '') + text.slice(at, end);
      at = end + 1;
    } else if (char === '"') {
      const [piece, next] = doubleQuoted(text, at);
      word = (word ?? '') + piece;
      at = next;
    } else if (char === '\\') {
      if (at >= text.length) throw new SyntaxError('No escaped character');
      word = (word ?? '') + text[at++];
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** The text up to the closing quote, and where to go on. Only `\"` and `\\` are escapes. */
function doubleQuoted(text: string, begin: number): [string, number] {
  let out = '';
  for (let at = begin; at < text.length; at++) {
    const char = text[at];
    if (char === '"') return [out, at + 1];
    if (char === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) out += text[++at];
    else out += char;
  }
  throw new SyntaxError('No closing quotation');
}

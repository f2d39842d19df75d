/** Splits text into words as a POSIX shell does, quotes and backslashes included, without expanding anything. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  const piece = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)|(.)/gs;
  let word: string | undefined;
  for (const match of text.matchAll(piece)) {
    const [whole, single, double, escaped, plain, stray] = match;
    if (/^\s/.test(whole)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? stray);
  }
  if (word !== undefined) words.push(word);
  return words;
}

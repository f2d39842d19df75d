export interface WrapOptions {
  readonly width: number;
  readonly breakLongWords: boolean;
  readonly breakOnHyphens: boolean;
}

/** Words, the spaces between them, and parts of words that end in a hyphen. */
function chunksOf(line: string, breakOnHyphens: boolean): string[] {
  const chunks = line.match(/\s+|\S+/g) ?? [];
  if (!breakOnHyphens) return chunks;
  return chunks.flatMap(
    (chunk) => chunk.match(/[^-]*[\p{L}_]-(?=[\p{L}_])|[\s\S]+?(?=[^-]*[\p{L}_]-[\p{L}_])|[\s\S]+/gu) ?? [],
  );
}

/** Breaks one line into lines of at most `width` characters, as Python's textwrap without dropping inner spaces. */
export function wordwrap(line: string, { width, breakLongWords, breakOnHyphens }: WrapOptions): string[] {
  const queue = chunksOf(line, breakOnHyphens);
  const lines: string[] = [];
  let current = '';
  const flush = (): void => {
    if (current.trim() !== '') lines.push(current.trimEnd());
    current = '';
  };
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
    if (current === '' && lines.length > 0 && chunk.trim() === '') continue;
    if (current.length + chunk.length <= width) current += chunk;
    else if (chunk.length > width && breakLongWords) {
      const space = Math.max(1, width - current.length);
      current += chunk.slice(0, space);
      queue.unshift(chunk.slice(space));
      flush();
    } else {
      if (current !== '') queue.unshift(chunk);
      else current = chunk;
      flush();
    }
  }
  flush();
  return lines;
}

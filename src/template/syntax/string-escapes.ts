const ESCAPE = /\\(?:\r\n|(\r|\n)|([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g;
const SINGLE: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function replaceEscape(
  whole: string,
  newline: string | undefined,
  octal: string | undefined,
  hex: string | undefined,
  short: string | undefined,
  long: string | undefined,
  single: string | undefined,
): string {
  if (newline !== undefined || (single === undefined && octal === undefined && !(hex ?? short ?? long))) return '';
  if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
  const code = hex ?? short ?? long;
  if (code !== undefined) {
    const point = Number.parseInt(code, 16);
    return point > 0x10ffff ? whole : String.fromCodePoint(point);
  }
  return SINGLE[single as string] ?? whole;
}

/** Resolves Python's escapes in the inside of a string literal; unknown ones stay as they are. */
export function unescapePython(body: string): string {
  return body.includes('\\') ? body.replace(ESCAPE, replaceEscape) : body;
}

/**
 * The value of a quoted string.
 * @param literalBackslashes backslashes stand for themselves, but `\'` is still a quote
 */
export function unescapeString(quoted: string, literalBackslashes: boolean): string {
  const body = quoted.slice(1, -1);
  if (!body.includes('\\')) return body;
  return literalBackslashes ? body.replaceAll(`\\${quoted[0]}`, quoted[0]) : unescapePython(body);
}

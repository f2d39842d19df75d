/** A word of `k=v` text with the offset where it starts. */
export interface Word {
  text: string;
  readonly start: number;
}

/** Which quotes and Jinja2 blocks are open. */
class Depths {
  quote: string | undefined;
  private readonly open = new Map([
    ['{{', 0],
    ['{%', 0],
    ['{#', 0],
  ]);

  /** Follows quotes and Jinja2 delimiters through a piece of text without blanks. */
  feed(piece: string): void {
    for (let i = 0; i < piece.length; i++) {
      const c = piece[i];
      if ((c !== '"' && c !== "'") || piece[i - 1] === '\\') continue;
      if (this.quote === undefined) this.quote = c;
      else if (this.quote === c) this.quote = undefined;
    }
    for (const [opener, depth] of this.open) {
      const closer = opener === '{{' ? '}}' : `${opener[1]}}`;
      const change = piece.split(opener).length - piece.split(closer).length;
      this.open.set(opener, Math.max(0, depth + change));
    }
  }

  get inside(): boolean {
    return this.quote !== undefined || [...this.open.values()].some((depth) => depth > 0);
  }
}

/**
 * Splits text on blanks, but not inside quotes and Jinja2 blocks; line ends and repeated blanks stay with the word
 * before them, so that joining gives the text again (Ansible's free-form syntax:
 * https://docs.ansible.com/ansible/latest/reference_appendices/YAMLSyntax.html).
 * A lone backslash at the end of a line continues the line.
 * @returns undefined when quotes or Jinja2 blocks are left open
 */
export function splitArguments(text: string): Word[] | undefined {
  const words: Word[] = [];
  const depths = new Depths();
  let offset = 0;
  const lines = text.split('\n');
  lines.forEach((line, lineIndex) => {
    let continued = false;
    line.split(' ').forEach((piece, index) => {
      const start = offset;
      offset += piece.length + 1;
      const last = words.at(-1);
      const wasInside = depths.inside;
      if (piece === '' && index !== 0) {
        if (last) last.text += ' ';
        return;
      }
      if (piece === '\\' && depths.quote === undefined) {
        continued = true;
        return;
      }
      depths.feed(piece);
      if (wasInside && last) last.text += (index > 0 ? ' ' : '') + piece;
      else if (piece !== '') words.push({ text: piece, start });
    });
    const last = words.at(-1);
    if (lineIndex < lines.length - 1 && !continued && last) last.text += '\n';
  });
  return depths.inside ? undefined : words;
}

/** Puts free-form words together again. */
function joinWords(words: readonly string[]): string {
  return words.reduce((sum, word) => (sum === '' || sum.endsWith('\n') ? sum + word : `${sum} ${word}`), '');
}

const SIMPLE: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Python's escapes in `k=v` values. */
function decodeEscapes(text: string): string {
  const escape = /\\(?:U([0-9a-fA-F]{8})|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\\'"abfnrtv]))/g;
  return text.replace(escape, (whole, long?: string, short?: string, byte?: string, simple?: string) => {
    if (simple !== undefined) return SIMPLE[simple] ?? simple;
    const code = Number.parseInt(long ?? short ?? byte ?? '', 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Strips a pair of quotes around a value. */
export function unquote(text: string): string {
  const first = text[0];
  const isQuoted = text.length > 1 && (first === '"' || first === "'") && text.endsWith(first) && text.at(-2) !== '\\';
  return isQuoted ? text.slice(1, -1) : text;
}

/** A `key=value` of free-form text; `start` is the offset of the value. */
export interface Pair {
  readonly key: string;
  readonly value: string;
  readonly keyStart: number;
  readonly start: number;
}

/** Arguments that command and its kin take inside their free-form text. */
const COMMAND_KEYS = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'warn',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
]);

/** Where the `=` between key and value stands; `\=` is none. */
function equals(word: string): number {
  let at = word.indexOf('=', 1);
  while (at > 0 && word[at - 1] === '\\') at = word.indexOf('=', at + 1);
  return at;
}

/**
 * Reads `k=v` text.
 * @param commandText the text is a command line: only `chdir=` and its kin are taken out of it
 * @returns undefined when quotes or Jinja2 blocks are left open; `raw` holds what is no pair
 */
export function parsePairs(text: string, commandText: boolean): { pairs: Pair[]; raw: string } | undefined {
  const words = splitArguments(text);
  if (!words) return undefined;
  const pairs: Pair[] = [];
  const raw: string[] = [];
  for (const word of words) {
    const decoded = decodeEscapes(word.text);
    const at = decoded.includes('=') ? equals(decoded) : -2;
    const key = at > 0 ? decoded.slice(0, at) : '';
    if (at === -1) raw.push(decoded.replaceAll('\\=', '='));
    else if (at < 0 || (commandText && !COMMAND_KEYS.has(key))) raw.push(word.text);
    else pairs.push(pair(key, decoded.slice(at + 1).trim(), word.start, at + 1));
  }
  return { pairs, raw: joinWords(raw) };
}

function pair(key: string, quoted: string, keyStart: number, valueAt: number): Pair {
  const value = unquote(quoted);
  return { key: key.trim(), value, keyStart, start: keyStart + valueAt + (value === quoted ? 0 : 1) };
}

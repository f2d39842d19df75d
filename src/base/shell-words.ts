/** A word of a text with the column (from 0) where it begins. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

export interface WordOptions {
  /** `#` outside quotes ends the text, even inside a word. */
  readonly comments?: boolean;
  /**
   * For what a shell reads anyway: `\$` and `` \` `` too are escapes in double quotes, and a quote or a backslash that
   * nothing follows stands for itself.
   */
  readonly asShell?: boolean;
}

/** Reads one text from its beginning. */
class WordReader {
  private readonly source: string;
  private readonly options: WordOptions;
  private at = 0;

  constructor(source: string, options: WordOptions) {
    this.source = source;
    this.options = options;
  }

  words(): Word[] {
    const out: Word[] = [];
    for (this.skipBlanks(); !this.isAtEnd(); this.skipBlanks()) {
      const column = this.at;
      out.push({ column, text: this.word() });
    }
    return out;
  }

  private skipBlanks(): void {
    while (/\s/.test(this.source[this.at] ?? '')) this.at++;
  }

  private isAtEnd(): boolean {
    return this.at >= this.source.length || (this.options.comments === true && this.source[this.at] === '#');
  }

  private word(): string {
    let text = '';
    while (!this.isAtEnd() && !/\s/.test(this.source[this.at])) {
      const char = this.source[this.at++];
      if (char === "'" || char === '"') text += this.quoted(char);
      else text += char === '\\' ? this.escaped() : char;
    }
    return text;
  }

  private escaped(): string {
    if (this.at < this.source.length) return this.source[this.at++];
    if (this.options.asShell) return '\\';
    throw new SyntaxError('No escaped character');
  }

  /** Up to the closing quote. */
  private quoted(quote: string): string {
    const escapable = quote === "'" ? '' : this.options.asShell ? '"\\$`' : '"\\';
    let text = '';
    for (let at = this.at; at < this.source.length; at++) {
      const next = this.source[at + 1] ?? '';
      if (this.source[at] === quote) {
        this.at = at + 1;
        return text;
      }
      if (this.source[at] === '\\' && next !== '' && escapable.includes(next)) text += this.source[++at];
      else text += this.source[at];
    }
    if (this.options.asShell) return quote;
    throw new SyntaxError('No closing quotation');
  }
}

/**
 * Splits a text into words as a POSIX shell would, without expanding anything: Python's shlex.split
 * (https://docs.python.org/3/library/shlex.html#parsing-rules).
 * @throws SyntaxError `No closing quotation` or `No escaped character`
 */
export function shellWords(source: string, options: WordOptions = {}): Word[] {
  return new WordReader(source, options).words();
}

/** The texts of `shellWords`. @throws SyntaxError as that does */
export function splitWords(source: string, options: WordOptions = {}): string[] {
  return shellWords(source, options).map(({ text }) => text);
}

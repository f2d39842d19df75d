import { isBreak, isPrintable } from './analyze.ts';

const ESCAPES: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
};

function hexEscape(c: string): string {
  const hex = (c.codePointAt(0) as number).toString(16).toUpperCase();
  if (hex.length <= 2) return `x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `u${hex.padStart(4, '0')}` : `U${hex.padStart(8, '0')}`;
}

/** Writes YAML's characters and knows where on the line it is: columns, indentation, folding. */
export class YamlWriter {
  private readonly out: string[] = [];
  private whitespace = true;
  private atIndentation = true;
  private readonly width: number;
  /** The present indentation in columns. */
  indent = 0;
  column = 0;

  constructor(width: number) {
    this.width = width;
  }

  text(): string {
    return this.out.join('');
  }

  get isBeyondWidth(): boolean {
    return this.column > this.width;
  }

  get isAtIndentation(): boolean {
    return this.atIndentation;
  }

  private put(c: string): void {
    this.out.push(c);
    this.column++;
  }

  private lineBreak(c = '\n'): void {
    this.out.push(c);
    this.column = 0;
  }

  /** Goes to the start of an indented line, unless it is there. */
  lineStart(): void {
    if (!this.atIndentation || this.column > this.indent || (this.column === this.indent && !this.whitespace)) {
      this.lineBreak();
    }
    while (this.column < this.indent) this.put(' ');
    this.whitespace = true;
    this.atIndentation = true;
  }

  /** Writes `-`, `:`, `{`...; `keepsIndentation`: more structure may follow on the same line. */
  indicator(mark: string, style: { space: boolean; whitespace?: boolean; keepsIndentation?: boolean }): void {
    if (style.space && !this.whitespace) this.put(' ');
    for (const c of mark) this.put(c);
    this.whitespace = style.whitespace ?? false;
    this.atIndentation = this.atIndentation && (style.keepsIndentation ?? false);
  }

  /** @param fold whether the text may be folded at spaces beyond the width */
  plain(text: string, fold: boolean): void {
    if (text === '') return;
    if (!this.whitespace) this.put(' ');
    const characters = [...text];
    let afterSpace = false;
    characters.forEach((c, i) => {
      if (c === ' ' && fold && !afterSpace && this.isBeyondWidth && characters[i + 1] !== ' ') this.lineStart();
      else this.put(c);
      afterSpace = c === ' ';
      this.atIndentation = this.atIndentation && afterSpace;
    });
    this.whitespace = false;
    this.atIndentation = false;
  }

  singleQuoted(text: string, fold: boolean): void {
    this.indicator("'", { space: true });
    const characters = [...text];
    let afterSpace = false;
    let afterBreak = false;
    characters.forEach((c, i) => {
      if (c === ' ') {
        const inside = i > 0 && i < characters.length - 1 && characters[i + 1] !== ' ';
        if (fold && !afterSpace && inside && this.isBeyondWidth) this.lineStart();
        else this.put(c);
      } else if (isBreak(c)) {
        // One break alone would be read as a space.
        if (!afterBreak && c === '\n') this.lineBreak();
        this.lineBreak(c);
        this.atIndentation = true;
      } else {
        if (afterBreak) this.lineStart();
        if (c === "'") this.put(c);
        this.put(c);
        this.atIndentation = false;
      }
      afterSpace = c === ' ';
      afterBreak = isBreak(c);
    });
    if (afterBreak) this.lineStart();
    this.indicator("'", { space: false });
  }

  /** A block that keeps its line breaks, without one at the end. @param step columns of a level */
  literal(text: string, step: number, chomp = '-'): void {
    this.indicator(`|${/^[ \n]/.test(text) ? step : ''}${chomp}`, { space: true });
    for (const line of text.split('\n')) {
      this.lineBreak();
      if (line !== '') for (const c of ' '.repeat(this.indent) + line) this.put(c);
    }
    this.whitespace = false;
    this.atIndentation = false;
  }

  doubleQuoted(text: string, fold: boolean): void {
    this.indicator('"', { space: true });
    const characters = [...text];
    let afterSpace = false;
    characters.forEach((c, i) => {
      const inside = i > 0 && i < characters.length - 1;
      if (!isPrintable(c) || isBreak(c) || c === '"' || c === '\\') {
        for (const part of `\\${ESCAPES[c] ?? hexEscape(c)}`) this.put(part);
      } else if (c === ' ' && fold && !afterSpace && inside && this.isBeyondWidth) {
        this.lineStart();
        if (characters[i + 1] === ' ') this.put('\\');
      } else this.put(c);
      afterSpace = c === ' ';
    });
    this.indicator('"', { space: false });
  }
}

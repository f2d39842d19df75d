/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

const ESCAPE_LENGTH: Record<string, number> = { x: 4, u: 6, U: 10 };

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

/** Walks value and source side by side; folding and indentation only ever change blanks. */
class Aligner {
  private readonly text: string;
  private readonly style: ScalarStyle;
  private at: number;

  constructor(text: string, start: number, style: ScalarStyle) {
    this.text = text;
    this.style = style;
    this.at = start;
  }

  /** The source offset of the next value character, which is `character`. */
  next(character: string): number {
    this.skipContinuations();
    if (this.isEscape()) return this.take(ESCAPE_LENGTH[this.text[this.at + 1]] ?? 2);
    if (isBlank(character)) return this.text[this.at] === character ? this.take(1) : this.at;
    while (isBlank(this.text[this.at]) || this.isContinuation()) this.at++;
    if (this.isEscape()) return this.take(ESCAPE_LENGTH[this.text[this.at + 1]] ?? 2);
    return this.take(this.style === 'single' && character === "'" ? 2 : 1);
  }

  private take(length: number): number {
    const from = this.at;
    this.at += length;
    return from;
  }

  private isContinuation(): boolean {
    const next = this.text[this.at + 1];
    return this.style === 'double' && this.text[this.at] === '\\' && (next === '\n' || next === '\r');
  }

  private isEscape(): boolean {
    return this.style === 'double' && this.text[this.at] === '\\' && !this.isContinuation();
  }

  private skipContinuations(): void {
    while (this.isContinuation()) {
      this.at += 2;
      while (isBlank(this.text[this.at])) this.at++;
    }
  }
}

/**
 * The offset in the file of each character of a scalar's value.
 * @param text the whole file
 * @param start where the scalar's content begins: after the opening quote, or after a block scalar's header line
 */
export function alignScalar(text: string, start: number, style: ScalarStyle, value: string): Int32Array {
  const out = new Int32Array(value.length + 1);
  const aligner = new Aligner(text, start, style);
  let at = start;
  for (let i = 0; i < value.length; i++) {
    // The second half of a surrogate pair that one \U escape made stands where the first does.
    const isLow = i > 0 && (value.charCodeAt(i) & 0xfc00) === 0xdc00 && text[at] === '\\';
    if (!isLow) at = aligner.next(value[i]);
    out[i] = at;
  }
  out[value.length] = at + 1;
  return out;
}

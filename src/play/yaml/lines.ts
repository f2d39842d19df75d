import type { Position } from '../../base/span.ts';

/** A longer line is cut: it is only shown in messages. */
const MAX_SHOWN = 400;

/** Line starts of a text, to turn offsets into lines and columns. */
export class LineTable {
  private readonly starts: number[] = [0];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** The place of an offset; both numbers count from 1. */
  position(offset: number): Position {
    const bounded = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: bounded - this.starts[low] + 1 };
  }

  /** The text of a line (from 1) without its end. */
  line(number: number): string {
    const start = this.starts[number - 1];
    if (start === undefined) return '';
    const end = this.starts[number] ?? this.text.length + 1;
    return this.text.slice(start, Math.min(end - 1, start + MAX_SHOWN)).replace(/\r$/, '');
  }
}

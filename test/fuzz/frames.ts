import { FrameReader } from '../../src/host/session/frame-reader.ts';
import type { Parser } from './inputs.ts';

// src/host/session/frame-reader.ts: what a host says over its shell, cut anywhere, against a reading of the whole.
const MARK = 'toa-0123456789abcdef';
const LONGEST = 100;
const PIECES = [
  MARK,
  MARK,
  `${MARK} 0 0\n`,
  `${MARK} 1\n`,
  `${MARK} 7 begin\n`,
  MARK.slice(0, 9),
  MARK.slice(4),
  'toa-',
  't',
  '\n',
  '\n',
  '\r\n',
  ' 0 0',
  ' ',
  'output',
  '\u0000',
  'é\u001b[2J',
  'x'.repeat(70),
  'y'.repeat(300),
];

/** Output as it is, `<line>` for each mark. */
function readWhole(text: string): string {
  let out = '';
  let rest = text;
  for (;;) {
    const at = rest.indexOf(MARK);
    if (at < 0) return out + rest;
    const behind = rest.slice(at, at + LONGEST);
    const newline = behind.indexOf('\n');
    out += rest.slice(0, at);
    if (newline >= 0) {
      out += `<${behind.slice(MARK.length, newline).trim()}>`;
      rest = rest.slice(at + newline + 1);
    } else if (behind.length === LONGEST) {
      out += MARK;
      rest = rest.slice(at + MARK.length);
    } else {
      return out + rest.slice(at);
    }
  }
}

export const frames: Parser = {
  prepare: () => (inputs) => {
    const text = inputs.text(PIECES, 12);
    const bytes = Buffer.from(text, 'latin1');
    let out = '';
    let lines = 0;
    const reader = new FrameReader(
      MARK,
      (piece) => (out += piece.toString('latin1')),
      (line) => {
        out += `<${line}>`;
        lines++;
      },
    );
    for (let at = 0; at < bytes.length;) {
      const next = Math.min(bytes.length, at + 1 + inputs.below(inputs.below(2) ? 4 : 400));
      reader.push(bytes.subarray(at, next));
      at = next;
    }
    reader.flush();
    const whole = readWhole(bytes.toString('latin1'));
    if (out !== whole) throw new Error(`frames: ${JSON.stringify(text)} became ${JSON.stringify(out)}`);
    return lines > 0;
  },
};

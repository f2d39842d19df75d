import { Tuple, float, type Dict, type Value } from '../../base/value.ts';
import { negate, integer } from './arithmetic.ts';
import { keyFor } from './compare.ts';
import { unescapePython } from '../syntax/string-escapes.ts';

/** Python's own limit of nested brackets. */
const MAX_DEPTH = 200;
const BLANK = /(?:[ \t\f\r\n]|\\\r?\n|#[^\n]*)*/y;
const NUMBER =
  /0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][+-]?\d(?:_?\d)*)?/y;
const STRING =
  /([rRuUbB]{0,2})('''(?:[^\\]|\\[\s\S])*?'''|"""(?:[^\\]|\\[\s\S])*?"""|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*")/y;
const NAME = /[A-Za-z_][A-Za-z_0-9]*/y;

const PYTHON_NAMES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Thrown inside this file only: the text is no literal. */
class NotLiteral extends Error {}
/** One for all: most values of an inventory are none, and a stack trace for each is a quarter of the time for 10,000 hosts. */
const NOT_LITERAL = new NotLiteral();

export interface LiteralOptions {
  /** Further names that stand for values. */
  readonly names?: ReadonlyMap<string, Value>;
  /** As `ast.literal_eval`, where `eval` takes more or less: one sign before a number, and bytes (which become text). */
  readonly isStrict?: boolean;
}

class LiteralReader {
  private readonly text: string;
  private readonly names?: ReadonlyMap<string, Value>;
  private readonly isStrict: boolean;
  private place = 0;
  private depth = 0;

  constructor(text: string, { names, isStrict = false }: LiteralOptions) {
    this.text = text;
    this.names = names;
    this.isStrict = isStrict;
  }

  whole(): Value {
    const first = this.value();
    this.blank();
    let value = first;
    if (this.skip(',')) value = Tuple.from([first, ...this.items('')]);
    if (this.place < this.text.length) throw NOT_LITERAL;
    return value;
  }

  private blank(): void {
    BLANK.lastIndex = this.place;
    BLANK.test(this.text);
    this.place = BLANK.lastIndex;
  }

  private skip(character: string): boolean {
    const found = this.text[this.place] === character;
    if (found) this.place++;
    return found;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.place;
    const found = pattern.exec(this.text);
    if (found !== null) this.place = pattern.lastIndex;
    return found;
  }

  private value(): Value {
    this.blank();
    const character = this.text[this.place];
    if (character === '[' || character === '(' || character === '{') return this.container(character);
    if (character === '-' || character === '+') return this.signed(character);
    if (/[\d.]/.test(character ?? '')) return this.number();
    const string = this.match(STRING);
    if (string !== null) return this.strings(string);
    const name = this.match(NAME)?.[0] ?? '';
    const constant = PYTHON_NAMES.has(name) ? PYTHON_NAMES.get(name) : this.names?.get(name);
    if (constant === undefined) throw NOT_LITERAL;
    return constant;
  }

  private container(open: string): Value {
    if (++this.depth >= MAX_DEPTH) throw NOT_LITERAL;
    this.place++;
    const value = open === '[' ? this.items(']') : open === '(' ? this.parenthesis() : this.braces();
    this.depth--;
    return value;
  }

  /** Items up to and with `close`; to the end of the text when `close` is empty. */
  private items(close: string): Value[] {
    const items: Value[] = [];
    for (;;) {
      this.blank();
      if (close === '' ? this.place >= this.text.length : this.skip(close)) return items;
      items.push(this.value());
      this.blank();
      if (this.skip(',')) continue;
      if (close === '' ? this.place < this.text.length : !this.skip(close)) throw NOT_LITERAL;
      return items;
    }
  }

  private parenthesis(): Value {
    const start = this.place;
    const items = this.items(')');
    const inner = this.text.slice(start, this.place - 1).trimEnd();
    return items.length === 1 && !inner.endsWith(',') ? items[0] : Tuple.from(items);
  }

  /** A dict, or a set (which is kept as a list). */
  private braces(): Value {
    const made: Dict = new Map();
    this.blank();
    if (this.skip('}')) return made;
    const first = this.value();
    this.blank();
    if (!this.skip(':')) return this.set(first);
    made.set(keyFor(made, first), this.value());
    for (;;) {
      this.blank();
      if (this.skip('}')) return made;
      if (!this.skip(',')) throw NOT_LITERAL;
      this.blank();
      if (this.skip('}')) return made;
      const key = this.value();
      this.blank();
      if (!this.skip(':')) throw NOT_LITERAL;
      made.set(keyFor(made, key), this.value());
    }
  }

  private set(first: Value): Value {
    if (this.skip('}')) return [first];
    if (!this.skip(',')) throw NOT_LITERAL;
    const made: Dict = new Map([[first, true]]);
    for (const item of this.items('}')) made.set(keyFor(made, item), true);
    return [...made.keys()];
  }

  private signed(sign: string): Value {
    this.place++;
    this.blank();
    const next = this.text[this.place];
    const isMore = !this.isStrict && (next === '-' || next === '+');
    const value = isMore ? this.signed(next) : this.number();
    return sign === '-' ? negate(value) : value;
  }

  private number(): Value {
    const text = this.match(NUMBER)?.[0];
    if (text === undefined || /[\w.]/.test(this.text[this.place] ?? '')) throw NOT_LITERAL;
    const digits = text.replaceAll('_', '');
    if (/^0[xob]/i.test(digits)) return integer(BigInt(digits));
    if (/[.eE]/.test(digits)) return float(Number(digits));
    if (/^0+[1-9]/.test(digits)) throw NOT_LITERAL;
    return digits.length < 16 ? Number(digits) : integer(BigInt(digits));
  }

  private strings(first: RegExpExecArray): string {
    const parts = [this.stringValue(first)];
    for (;;) {
      this.blank();
      const next = this.match(STRING);
      if (next === null) return parts.join('');
      parts.push(this.stringValue(next));
    }
  }

  private stringValue([, prefix, quoted]: RegExpExecArray): string {
    // rb'', but no ub''; eval's bytes are no text
    if (!/^(?:|[ru]|b|rb|br)$/i.test(prefix) || (!this.isStrict && /b/i.test(prefix))) throw NOT_LITERAL;
    const width = /^(?:'''|""")/.test(quoted) ? 3 : 1;
    const inner = quoted.slice(width, -width);
    return /r/i.test(prefix) ? inner : unescapePython(inner);
  }
}

/**
 * Reads text as a Python literal (`ast.literal_eval`): lists, dicts, tuples, sets (as lists), strings, numbers, names.
 * @returns undefined when the text is no literal
 */
export function parseLiteral(text: string, options: LiteralOptions = {}): Value | undefined {
  try {
    return new LiteralReader(text, options).whole();
  } catch (error) {
    // Dicts with keys that cannot be hashed are no literals either.
    if (error instanceof NotLiteral || (error instanceof Error && error.name === 'ToaError')) return undefined;
    throw error;
  }
}

import { float, Tuple, type Dict, type Value } from '../../base/value.ts';
import { unescapePython } from '../../template/syntax/string-escapes.ts';

const SPACE = /(?:[ \t\f\r\n]|#[^\n]*)*/y;
const NUMBER =
  /(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][-+]?\d(?:_?\d)*)?)(?![\w.])/y;
const STRING =
  /([rRuUbB]{0,2})("""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/y;
const NAME = /(?:None|True|False)(?!\w)/y;
const CONSTANTS: Record<string, Value> = { None: null, True: true, False: false };
const MAX_DEPTH = 90;

/** Thrown inside for text that is no literal. */
class NotLiteral extends Error {}
/** One for all: most values are none, and a stack trace for each is a quarter of the time for 10,000 hosts. */
const NOT_LITERAL = new NotLiteral();

/** Reads Python literals, nothing else: no names, no operators but a sign. */
class LiteralParser {
  private at = 0;
  private depth = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  whole(): Value {
    const first = this.value();
    const value = this.peek(',') ? this.openTuple(first) : first;
    this.space();
    if (this.at < this.text.length) throw NOT_LITERAL;
    return value;
  }

  private match(regex: RegExp): RegExpExecArray | null {
    regex.lastIndex = this.at;
    const found = regex.exec(this.text);
    if (found) this.at = regex.lastIndex;
    return found;
  }

  private space(): void {
    this.match(SPACE);
  }

  private peek(c: string): boolean {
    this.space();
    return this.text[this.at] === c;
  }

  private accept(c: string): boolean {
    if (!this.peek(c)) return false;
    this.at++;
    return true;
  }

  private openTuple(first: Value): Value {
    const items: Value[] = [first];
    while (this.accept(',')) {
      this.space();
      if (this.at === this.text.length) break;
      items.push(this.value());
    }
    return Tuple.from(items);
  }

  private value(): Value {
    this.space();
    if (++this.depth > MAX_DEPTH) throw NOT_LITERAL;
    try {
      const c = this.text[this.at];
      if (c === '[') return this.items('[', ']').values;
      if (c === '(') return this.parenthesis();
      if (c === '{') return this.braces();
      if (c === '-' || c === '+') return this.signed(c);
      const name = this.match(NAME);
      return name ? CONSTANTS[name[0]] : (this.strings() ?? this.number());
    } finally {
      this.depth--;
    }
  }

  private signed(sign: string): Value {
    this.at++;
    this.space();
    if (!/[\d.]/.test(this.text[this.at] ?? '')) throw NOT_LITERAL;
    const value = this.number();
    if (sign === '+') return value;
    if (typeof value === 'number') return value === 0 ? 0 : -value;
    return typeof value === 'bigint' ? -value : float(-(value as { value: number }).value);
  }

  private number(): Value {
    const text = this.match(NUMBER)?.[0].replaceAll('_', '') ?? '';
    if (!/\d/.test(text)) throw NOT_LITERAL;
    if (/^0[xob]/i.test(text)) return narrow(BigInt(text));
    if (/[.eE]/.test(text)) return float(Number(text));
    // Python refuses decimal numbers with leading zeros, so 0644 stays text.
    if (/^0+[1-9]/.test(text)) throw NOT_LITERAL;
    return narrow(BigInt(text));
  }

  /** One string or several side by side, which Python joins. */
  private strings(): string | undefined {
    let out: string | undefined;
    for (let found = this.match(STRING); found; found = this.match(STRING)) {
      const [, prefix, quoted] = found;
      const width = /^("""|''')/.test(quoted) ? 3 : 1;
      const body = quoted.slice(width, -width);
      out = (out ?? '') + (/r/i.test(prefix) ? body : unescapePython(body));
      this.space();
    }
    return out;
  }

  private items(open: string, close: string): { values: Value[]; hasComma: boolean } {
    const values: Value[] = [];
    let hasComma = false;
    if (!this.accept(open)) throw NOT_LITERAL;
    while (!this.accept(close)) {
      values.push(this.value());
      if (this.accept(',')) hasComma = true;
      else if (!this.peek(close)) throw NOT_LITERAL;
    }
    return { values, hasComma };
  }

  private parenthesis(): Value {
    const { values, hasComma } = this.items('(', ')');
    return values.length === 1 && !hasComma ? values[0] : Tuple.from(values);
  }

  /** A dict; a set becomes a list, its values have no other form here. */
  private braces(): Value {
    const start = this.at++;
    const entries: Dict = new Map();
    while (!this.accept('}')) {
      const key = this.value();
      if (!this.accept(':')) {
        this.at = start;
        return setItems(this.items('{', '}').values);
      }
      if (key !== null && typeof key === 'object') throw NOT_LITERAL;
      entries.set(key, this.value());
      if (!this.accept(',') && !this.peek('}')) throw NOT_LITERAL;
    }
    return entries;
  }
}

function setItems(values: Value[]): Value {
  if (values.some((value) => value !== null && typeof value === 'object')) throw NOT_LITERAL;
  return [...new Set(values)];
}

function narrow(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const MAY_BE_LITERAL = /^[ \t]*[-+\d.'"[({NTFrRuUbB]/;

/**
 * What Python's `ast.literal_eval` makes of a text (https://docs.python.org/3/library/ast.html#ast.literal_eval):
 * numbers, quoted strings, lists, tuples, dicts, True, False, None.
 * @returns undefined when the text is no literal; Ansible then takes it as it is
 */
export function pythonLiteral(text: string): Value | undefined {
  if (!MAY_BE_LITERAL.test(text)) return undefined;
  try {
    return new LiteralParser(text).whole();
  } catch (error) {
    if (error instanceof NotLiteral) return undefined;
    throw error;
  }
}

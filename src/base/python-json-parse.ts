import { ToaError } from './errors.ts';
import { float, type Dict, type Value } from './value.ts';

const WHITESPACE = /[ \t\n\r]*/y;
const NUMBER = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][-+]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these
const STRING_CHUNK = /[^"\\\u0000-\u001f]*/y;
const CONSTANTS: readonly [string, Value][] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
];
const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Levels of lists and objects. */
const DEEPEST = 900;

class JsonParser {
  private at = 0;
  private depth = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  document(): Value {
    this.space();
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.fail('Extra data');
    return value;
  }

  private fail(message: string, at = this.at): never {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    throw new ToaError('E_JSON_SYNTAX', `${message}: line ${line} column ${column} (char ${at})`);
  }

  private match(regex: RegExp): RegExpExecArray | null {
    regex.lastIndex = this.at;
    const found = regex.exec(this.text);
    if (found) this.at = regex.lastIndex;
    return found;
  }

  private space(): void {
    this.match(WHITESPACE);
  }

  private value(): Value {
    const c = this.text[this.at];
    if (c === '"') return this.string();
    if (c === '{') return this.object();
    if (c === '[') return this.array();
    for (const [word, value] of CONSTANTS) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.number();
  }

  private number(): Value {
    const found = this.match(NUMBER);
    if (!found) this.fail('Expecting value');
    if (found[2] !== undefined || found[3] !== undefined) return float(Number(found[0]));
    const value = Number(found[1]);
    return Number.isSafeInteger(value) ? value + 0 : BigInt(found[1]);
  }

  private string(): string {
    const start = this.at++;
    let out = '';
    for (;;) {
      out += this.match(STRING_CHUNK)?.[0] ?? '';
      const c = this.text[this.at];
      if (c === undefined) this.fail('Unterminated string starting at', start);
      if (c < ' ') this.fail('Invalid control character at');
      this.at++;
      if (c === '"') return out;
      out += this.escape();
    }
  }

  private escape(): string {
    const c = this.text[this.at++];
    if (c === 'u') {
      const hex = this.text.slice(this.at, this.at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('Invalid \\uXXXX escape', this.at - 1);
      this.at += 4;
      return String.fromCharCode(parseInt(hex, 16));
    }
    if (c === undefined || !(c in ESCAPES)) this.fail('Invalid \\escape', this.at - 2);
    return ESCAPES[c];
  }

  /** One level deeper; Python's reader has such a limit too. */
  private deeper(what: string): void {
    if (++this.depth > DEEPEST) {
      throw new ToaError('E_JSON_SYNTAX', `maximum recursion depth exceeded while decoding a JSON ${what}`);
    }
  }

  private array(): Value[] {
    const items: Value[] = [];
    this.deeper('array');
    this.at++;
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      this.depth--;
      return items;
    }
    for (;;) {
      this.space();
      items.push(this.value());
      if (this.separator(']')) return items;
    }
  }

  private object(): Dict {
    const entries: Dict = new Map();
    this.deeper('object');
    this.at++;
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      this.depth--;
      return entries;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.fail('Expecting property name enclosed in double quotes');
      const key = this.string();
      this.space();
      if (this.text[this.at] !== ':') this.fail("Expecting ':' delimiter");
      this.at++;
      this.space();
      entries.set(key, this.value());
      if (this.separator('}')) return entries;
    }
  }

  /** After an item: true at the closing bracket, false after a comma. */
  private separator(close: string): boolean {
    this.space();
    const c = this.text[this.at];
    if (c !== close && c !== ',') this.fail("Expecting ',' delimiter");
    this.at++;
    if (c === close) this.depth--;
    return c === close;
  }
}

/**
 * Reads JSON as Python's `json.loads` does: integers of any size, floats kept apart from integers, `NaN` and
 * `Infinity` allowed, the last of equal keys wins.
 * @throws ToaError E_JSON_SYNTAX with Python's message (`Expecting value: line 1 column 1 (char 0)`)
 */
export function parseJson(text: string): Value {
  return new JsonParser(text).document();
}

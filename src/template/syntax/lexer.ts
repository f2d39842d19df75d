import { float, type Value } from '../../base/value.ts';
import { SyntaxFault } from './syntax-fault.ts';
import { unescapeString } from './string-escapes.ts';
import type { Syntax } from './syntax.ts';

export type TokenType =
  | 'data'
  | 'variable-begin'
  | 'variable-end'
  | 'block-begin'
  | 'block-end'
  | 'name'
  | 'string'
  | 'number'
  | 'operator'
  | 'end';

export interface Token {
  readonly type: TokenType;
  /** The text of a name or operator, of data, or of a string with its escapes resolved. */
  readonly text: string;
  readonly at: number;
  readonly number?: Value;
}

const SPACE = /\s*/y;
const NUMBER_FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?[eE][+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/y;
const NUMBER_INTEGER = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y;
const NAME = /[\p{ID_Continue}]+/uy;
const STRING = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;
const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

type Kind = 'variable' | 'block' | 'comment';

/** Cuts a template's source into tokens, in time linear in its length. @throws SyntaxFault */
export class Lexer {
  private readonly source: string;
  private readonly syntax: Syntax;
  private readonly tokens: Token[] = [];
  private readonly nextStart = new Map<Kind, number>();
  private readonly rawBegin: RegExp;
  private readonly rawEnd: RegExp;
  private place = 0;
  private lineStarting = true;

  constructor(source: string, syntax: Syntax) {
    this.source = syntax.keepTrailingNewline ? source : source.replace(/(?:\r\n|\r|\n)$/, '');
    this.syntax = syntax;
    const begin = escapeRegExp(syntax.blockStart);
    const end = escapeRegExp(syntax.blockEnd);
    this.rawBegin = new RegExp(`${begin}[-+]?\\s*raw\\s*(?:-${end}\\s*|${end})`, 'y');
    const newline = syntax.trimBlocks ? '\\n?' : '';
    this.rawEnd = new RegExp(`${begin}([-+]?)\\s*endraw\\s*(?:\\+${end}|-${end}\\s*|${end}${newline})`, 'g');
  }

  /** The tokens of a bare expression, as in `when`. @throws SyntaxFault */
  static expression(source: string, syntax: Syntax): Token[] {
    const lexer = new Lexer(source, { ...syntax, keepTrailingNewline: true });
    lexer.bare();
    return lexer.tokens;
  }

  tokenize(): Token[] {
    while (this.place < this.source.length) {
      const start = this.findStart();
      if (start === undefined) {
        this.data(this.source.slice(this.place), this.place);
        break;
      }
      this.region(start.kind, start.at);
    }
    this.tokens.push({ type: 'end', text: '', at: this.source.length });
    return this.tokens;
  }

  private delimiter(kind: Kind): string {
    if (kind === 'variable') return this.syntax.variableStart;
    return kind === 'block' ? this.syntax.blockStart : this.syntax.commentStart;
  }

  /** The nearest opening delimiter; where two start at one place, the longer. Positions are remembered between calls. */
  private findStart(): { kind: Kind; at: number } | undefined {
    let best: { kind: Kind; at: number } | undefined;
    for (const kind of ['block', 'variable', 'comment'] as const) {
      let at = this.nextStart.get(kind) ?? -1;
      if (at < this.place) {
        const found = this.source.indexOf(this.delimiter(kind), this.place);
        at = found === -1 ? Number.POSITIVE_INFINITY : found;
        this.nextStart.set(kind, at);
      }
      const longer = best !== undefined && this.delimiter(kind).length > this.delimiter(best.kind).length;
      if (Number.isFinite(at) && (best === undefined || at < best.at || (at === best.at && longer)))
        best = { kind, at };
    }
    return best;
  }

  private region(kind: Kind, at: number): void {
    const after = at + this.delimiter(kind).length;
    const sign = this.source[after];
    this.data(this.trimmedBefore(kind, at, sign), this.place);
    this.rawBegin.lastIndex = at;
    if (kind === 'block' && this.rawBegin.test(this.source)) return this.raw(at, this.rawBegin.lastIndex);
    this.place = sign === '-' || sign === '+' ? after + 1 : after;
    if (kind === 'comment') return this.comment(at);
    // `{{+ 1 }}` is a unary plus unless it is a block's sign.
    if (kind === 'variable' && sign === '+') this.place = after;
    this.tokens.push({ type: `${kind}-begin`, text: this.delimiter(kind), at });
    this.inside(kind, at);
  }

  private trimmedBefore(kind: Kind, at: number, sign: string): string {
    const text = this.source.slice(this.place, at);
    if (sign === '-') return text.trimEnd();
    if (sign === '+' || !this.syntax.lstripBlocks || kind === 'variable') return text;
    const line = text.lastIndexOf('\n') + 1;
    const blank = (line > 0 || this.lineStarting) && text.slice(line).trim() === '';
    return blank ? text.slice(0, line) : text;
  }

  private data(text: string, at: number): void {
    if (text === '') return;
    const { newlineSequence } = this.syntax;
    const plain = newlineSequence === '\n' && !text.includes('\r');
    this.tokens.push({ type: 'data', text: plain ? text : text.replace(/\r\n|\r|\n/g, newlineSequence), at });
  }

  private raw(at: number, begin: number): void {
    this.rawEnd.lastIndex = begin;
    const end = this.rawEnd.exec(this.source);
    if (end === null) throw new SyntaxFault('Missing end of raw directive', at, 'close it with {% endraw %}');
    this.place = begin;
    this.data(this.trimmedBefore('block', end.index, end[1]), begin);
    this.moveTo(this.rawEnd.lastIndex);
  }

  private comment(at: number): void {
    const { commentEnd, trimBlocks } = this.syntax;
    const end = this.source.indexOf(commentEnd, this.place);
    if (end === -1) throw new SyntaxFault('Missing end of comment tag', at, `close it with ${commentEnd}`);
    const sign = end > this.place ? this.source[end - 1] : '';
    this.afterEnd(end + commentEnd.length, sign, trimBlocks);
  }

  private afterEnd(place: number, sign: string, trimNewline: boolean): void {
    if (sign === '-') {
      SPACE.lastIndex = place;
      SPACE.test(this.source);
      this.moveTo(SPACE.lastIndex);
    } else this.moveTo(sign !== '+' && trimNewline && this.source[place] === '\n' ? place + 1 : place);
  }

  private moveTo(place: number): void {
    this.place = place;
    this.lineStarting = this.source[place - 1] === '\n';
  }

  private inside(kind: 'variable' | 'block', at: number): void {
    const end = kind === 'variable' ? this.syntax.variableEnd : this.syntax.blockEnd;
    const open: string[] = [];
    for (;;) {
      this.match(SPACE);
      if (this.place >= this.source.length) {
        throw new SyntaxFault(
          `unexpected end of template, expected '${open.length > 0 ? open.at(-1) : end}'`,
          at,
          `close it with ${end}`,
        );
      }
      if (open.length === 0 && this.closes(kind, end)) return;
      this.token(kind, open);
    }
  }

  private bare(): void {
    const open: string[] = [];
    for (;;) {
      this.match(SPACE);
      if (this.place >= this.source.length) break;
      this.token('block', open);
    }
    this.tokens.push({ type: 'end', text: '', at: this.source.length });
  }

  private closes(kind: 'variable' | 'block', end: string): boolean {
    const at = this.place;
    const sign = this.source[at];
    const signed = (sign === '-' || (sign === '+' && kind === 'block')) && this.source.startsWith(end, at + 1);
    if (!signed && !this.source.startsWith(end, at)) return false;
    this.tokens.push({ type: `${kind}-end`, text: end, at });
    this.afterEnd(at + end.length + (signed ? 1 : 0), signed ? sign : '', kind === 'block' && this.syntax.trimBlocks);
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.place;
    const text = pattern.exec(this.source)?.[0];
    if (text !== undefined) this.place = pattern.lastIndex;
    return text;
  }

  private token(kind: 'variable' | 'block', open: string[]): void {
    const at = this.place;
    const number = this.number();
    if (number !== undefined) return void this.tokens.push({ type: 'number', text: '', at, number });
    const name = this.match(NAME);
    if (name !== undefined) return void this.tokens.push({ type: 'name', text: name, at });
    const string = this.match(STRING);
    if (string !== undefined) {
      const literal = kind === 'variable' && this.syntax.literalBackslashes;
      return void this.tokens.push({ type: 'string', text: unescapeString(string, literal), at });
    }
    const operator = this.match(OPERATOR);
    if (operator === undefined) throw unexpectedCharacter(this.source, at);
    balance(operator, open, at);
    this.tokens.push({ type: 'operator', text: operator, at });
  }

  private number(): Value | undefined {
    if (!/\d/.test(this.source[this.place])) return undefined;
    const text = this.source[this.place - 1] === '.' ? undefined : this.match(NUMBER_FLOAT);
    if (text !== undefined) return float(Number(text.replaceAll('_', '')));
    const digits = this.match(NUMBER_INTEGER)?.replaceAll('_', '');
    if (digits === undefined) return undefined;
    const value = Number(digits);
    return Number.isSafeInteger(value) ? value : BigInt(digits);
  }
}

function unexpectedCharacter(source: string, at: number): SyntaxFault {
  const character = String.fromCodePoint(source.codePointAt(at) as number);
  const remedy = character === "'" || character === '"' ? 'close the string with the same quote' : undefined;
  return new SyntaxFault(`unexpected char '${character}'`, at, remedy);
}

function balance(operator: string, open: string[], at: number): void {
  const closing = CLOSING[operator];
  if (closing !== undefined) open.push(closing);
  if (operator !== ')' && operator !== ']' && operator !== '}') return;
  const expected = open.pop();
  if (expected === undefined) throw new SyntaxFault(`unexpected '${operator}'`, at);
  if (expected !== operator) throw new SyntaxFault(`unexpected '${operator}', expected '${expected}'`, at);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

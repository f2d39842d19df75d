import type { Token, TokenType } from './lexer.ts';
import { SyntaxFault } from './syntax-fault.ts';

/** Reads tokens one after the other, with the questions that a parser asks. */
export class TokenStream {
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get current(): Token {
    return this.tokens[this.index];
  }

  get following(): Token {
    return this.tokens[Math.min(this.index + 1, this.tokens.length - 1)];
  }

  next(): Token {
    const token = this.current;
    if (token.type !== 'end') this.index++;
    return token;
  }

  is(type: TokenType, text?: string): boolean {
    const { current } = this;
    return current.type === type && (text === undefined || current.text === text);
  }

  isOperator(text: string): boolean {
    return this.is('operator', text);
  }

  isName(...names: string[]): boolean {
    return this.current.type === 'name' && names.includes(this.current.text);
  }

  skipOperator(text: string): boolean {
    const found = this.isOperator(text);
    if (found) this.index++;
    return found;
  }

  skipName(text: string): boolean {
    const found = this.isName(text);
    if (found) this.index++;
    return found;
  }

  /** The next token when it is of that type (and text). @throws SyntaxFault */
  expect(type: TokenType, text?: string): Token {
    if (!this.is(type, text)) {
      const wanted = text === undefined ? type.replace('-', ' of ') : `'${text}'`;
      throw new SyntaxFault(`expected ${wanted}, got ${describeToken(this.current)}`, this.current.at);
    }
    return this.next();
  }

  /** True where a statement or `{{ }}` ends. */
  get atEnd(): boolean {
    return this.is('block-end') || this.is('variable-end') || this.is('end');
  }
}

export function describeToken(token: Token): string {
  if (token.type === 'end') return 'end of template';
  if (token.type === 'block-end') return 'end of statement block';
  if (token.type === 'variable-end') return 'end of print statement';
  if (token.type === 'number') return 'a number';
  return `'${token.text}'`;
}

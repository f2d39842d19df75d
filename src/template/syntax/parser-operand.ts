import type { Arguments, Call, Expression, FilterStep } from './ast.ts';
import type { Token } from './lexer.ts';
import { SyntaxFault } from './syntax-fault.ts';
import { describeToken, type TokenStream } from './token-stream.ts';

const NO_ARGUMENTS: Arguments = { positional: [], named: [] };
const CONSTANTS = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/**
 * Parses what operators work on: constants, names, displays, and what stands after them (attributes, calls, filters,
 * tests). @throws SyntaxFault
 */
export abstract class OperandParser {
  protected readonly stream: TokenStream;

  constructor(stream: TokenStream) {
    this.stream = stream;
  }

  /** @param withCondition whether `a if b else c` may stand here (not in `for x in ... if ...`) */
  abstract expression(withCondition?: boolean): Expression;

  protected primary(): Expression {
    const token = this.stream.next();
    const { at, text } = token;
    if (token.type === 'name') {
      const constant = CONSTANTS.get(text);
      return constant === undefined ? { kind: 'name', at, name: text } : { kind: 'constant', at, value: constant };
    }
    if (token.type === 'string') return { kind: 'constant', at, value: this.strings(text) };
    if (token.type === 'number') return { kind: 'constant', at, value: token.number ?? null };
    if (token.type === 'operator') {
      if (text === '(') return this.parenthesis(at);
      if (text === '[') return { kind: 'list', at, items: this.itemsUntil(']') };
      if (text === '{') return this.dict(at);
    }
    if (token.type === 'variable-end' || token.type === 'block-end') {
      throw new SyntaxFault(`Expected an expression, got '${describeToken(token)}'`, at);
    }
    throw new SyntaxFault(`unexpected ${describeToken(token)}`, at);
  }

  private strings(first: string): string {
    const parts = [first];
    while (this.stream.is('string')) parts.push(this.stream.next().text);
    return parts.join('');
  }

  private parenthesis(at: number): Expression {
    const node = this.stream.isOperator(')') ? { kind: 'tuple' as const, at, items: [] } : this.tuple();
    this.stream.expect('operator', ')');
    return node;
  }

  /** `a, b`: a tuple when there is a comma, else the one expression. */
  tuple(withCondition = true, isEnd: () => boolean = () => this.stream.isOperator(')')): Expression {
    const { at } = this.stream.current;
    const items: Expression[] = [];
    let comma = false;
    do {
      if (items.length > 0 && (this.stream.atEnd || isEnd())) break;
      items.push(this.expression(withCondition));
      if (!this.stream.isOperator(',')) break;
      comma = true;
    } while (this.stream.skipOperator(','));
    return comma ? { kind: 'tuple', at, items } : items[0];
  }

  private itemsUntil(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.stream.isOperator(close)) {
      if (items.length > 0) this.stream.expect('operator', ',');
      if (this.stream.isOperator(close)) break;
      items.push(this.expression());
    }
    this.stream.expect('operator', close);
    return items;
  }

  private dict(at: number): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.stream.isOperator('}')) {
      if (entries.length > 0) this.stream.expect('operator', ',');
      if (this.stream.isOperator('}')) break;
      const key = this.expression();
      this.stream.expect('operator', ':');
      entries.push([key, this.expression()]);
    }
    this.stream.expect('operator', '}');
    return { kind: 'dict', at, entries };
  }

  protected postfix(node: Expression): Expression {
    for (;;) {
      if (this.stream.isOperator('.')) node = this.dot(node);
      else if (this.stream.isOperator('[')) node = this.subscript(node);
      else if (this.stream.isOperator('(')) node = this.call(node);
      else return node;
    }
  }

  protected filtersAndTests(node: Expression): Expression {
    for (;;) {
      if (this.stream.isOperator('|')) {
        this.stream.next();
        node = { kind: 'filter', of: node, ...this.filterStep() };
      } else if (this.stream.isName('is')) node = this.test(node);
      else if (this.stream.isOperator('(')) node = this.call(node);
      else return node;
    }
  }

  private dot(of: Expression): Expression {
    const { at } = this.stream.next();
    const token = this.stream.next();
    if (token.type === 'name') return { kind: 'attribute', at, of, name: token.text };
    if (token.type !== 'number') throw new SyntaxFault('expected name or number', token.at);
    return { kind: 'item', at, of, key: { kind: 'constant', at: token.at, value: token.number ?? null } };
  }

  private subscript(of: Expression): Expression {
    const { at } = this.stream.next();
    const keys: Expression[] = [];
    do {
      if (keys.length > 0 && this.stream.isOperator(']')) break;
      keys.push(this.sliceOrKey(of, at));
    } while (this.stream.skipOperator(','));
    this.stream.expect('operator', ']');
    if (keys.length === 1) return keys[0].kind === 'slice' ? keys[0] : { kind: 'item', at, of, key: keys[0] };
    return { kind: 'item', at, of, key: { kind: 'tuple', at, items: keys } };
  }

  private sliceOrKey(of: Expression, at: number): Expression {
    const part = (): Expression | undefined =>
      this.stream.isOperator(':') || this.stream.isOperator(']') ? undefined : this.expression();
    const start = part();
    if (!this.stream.skipOperator(':')) {
      if (start === undefined) throw new SyntaxFault("Expected an expression, got ']'", this.stream.current.at);
      return start;
    }
    const stop = part();
    const step = this.stream.skipOperator(':') ? part() : undefined;
    return { kind: 'slice', at, of, start, stop, step };
  }

  protected call(callee: Expression): Call {
    const { at } = this.stream.current;
    return { kind: 'call', at: callee.kind === 'name' ? callee.at : at, callee, args: this.args() };
  }

  /** `(a, *b, c=1, **d)` */
  private args(): Arguments {
    this.stream.expect('operator', '(');
    const positional: Expression[] = [];
    const named: [string, Expression][] = [];
    let rest: Expression | undefined;
    let namedRest: Expression | undefined;
    for (let first = true; !this.stream.isOperator(')'); first = false) {
      if (!first) this.stream.expect('operator', ',');
      if (this.stream.isOperator(')')) break;
      const { current, following } = this.stream;
      if (this.stream.skipOperator('**')) namedRest = this.expression();
      else if (this.stream.skipOperator('*')) rest = this.expression();
      else if (current.type === 'name' && following.type === 'operator' && following.text === '=') {
        this.stream.next();
        this.stream.next();
        named.push([current.text, this.expression()]);
      } else if (named.length > 0 || namedRest !== undefined) {
        throw new SyntaxFault('invalid syntax for function call expression', current.at);
      } else positional.push(this.expression());
    }
    this.stream.expect('operator', ')');
    return { positional, named, rest, namedRest };
  }

  private dottedName(): Token {
    const first = this.stream.expect('name');
    let { text } = first;
    while (this.stream.skipOperator('.')) text += `.${this.stream.expect('name').text}`;
    return { ...first, text };
  }

  protected filterStep(): FilterStep {
    const { at, text } = this.dottedName();
    return { at, name: text, args: this.stream.isOperator('(') ? this.args() : NO_ARGUMENTS };
  }

  private test(of: Expression): Expression {
    this.stream.expect('name', 'is');
    const negated = this.stream.skipName('not');
    const { at, text: name } = this.dottedName();
    const test: Expression = { kind: 'test', at, of, name, args: this.testArguments() };
    return negated ? { kind: 'not', at, of: test } : test;
  }

  /** A test's one argument may stand without parentheses: `x is divisibleby 3`. */
  private testArguments(): Arguments {
    const { current } = this.stream;
    if (this.stream.isOperator('(')) return this.args();
    const startsOperand =
      current.type === 'string' ||
      current.type === 'number' ||
      this.stream.isOperator('[') ||
      this.stream.isOperator('{') ||
      (current.type === 'name' && !['else', 'or', 'and', 'if', 'in', 'not'].includes(current.text));
    if (!startsOperand) return NO_ARGUMENTS;
    if (current.type === 'name' && current.text === 'is') {
      throw new SyntaxFault('You cannot chain multiple tests with is', current.at);
    }
    return { positional: [this.postfix(this.primary())], named: [] };
  }
}

import type { BinaryOperator, CompareOperator, Expression } from './ast.ts';
import type { Token } from './lexer.ts';
import { OperandParser } from './parser-operand.ts';
import { SyntaxFault } from './syntax-fault.ts';

const COMPARE = new Set(['==', '!=', '<', '<=', '>', '>=']);
const TERM = new Set(['*', '/', '//', '%']);
/** Expressions nested deeper than this are refused, so that a hostile text cannot exhaust the stack. */
const MAX_DEPTH = 300;

/** Parses Jinja2's operators; one method for each level of precedence, loosest first. @throws SyntaxFault */
export class ExpressionParser extends OperandParser {
  private depth = 0;

  expression(withCondition = true): Expression {
    if (++this.depth > MAX_DEPTH) throw new SyntaxFault('the expression is nested too deeply', this.stream.current.at);
    const parsed = withCondition ? this.condition() : this.or();
    this.depth--;
    return parsed;
  }

  private condition(): Expression {
    let value = this.or();
    while (this.stream.isName('if')) {
      const { at } = this.stream.next();
      const test = this.or();
      const otherwise = this.stream.skipName('else') ? this.expression() : undefined;
      value = { kind: 'condition', at, test, value, otherwise };
    }
    return value;
  }

  private or(): Expression {
    let left = this.and();
    while (this.stream.isName('or')) {
      const { at } = this.stream.next();
      left = { kind: 'or', at, left, right: this.and() };
    }
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.stream.isName('and')) {
      const { at } = this.stream.next();
      left = { kind: 'and', at, left, right: this.not() };
    }
    return left;
  }

  private not(): Expression {
    if (!this.stream.isName('not')) return this.compare();
    const { at } = this.stream.next();
    return { kind: 'not', at, of: this.not() };
  }

  private compareOperator(): CompareOperator | undefined {
    const { current, following } = this.stream;
    if (current.type === 'operator' && COMPARE.has(current.text)) {
      this.stream.next();
      return current.text as CompareOperator;
    }
    if (this.stream.skipName('in')) return 'in';
    if (current.type === 'name' && current.text === 'not' && following.type === 'name' && following.text === 'in') {
      this.stream.next();
      this.stream.next();
      return 'not in';
    }
    return undefined;
  }

  private compare(): Expression {
    const first = this.sum();
    const rest: [CompareOperator, Expression][] = [];
    const { at } = this.stream.current;
    for (let operator = this.compareOperator(); operator !== undefined; operator = this.compareOperator()) {
      rest.push([operator, this.sum()]);
    }
    return rest.length === 0 ? first : { kind: 'compare', at, first, rest };
  }

  private binary(operators: (token: Token) => boolean, operand: () => Expression): Expression {
    let left = operand();
    while (this.stream.current.type === 'operator' && operators(this.stream.current)) {
      const { at, text } = this.stream.next();
      left = { kind: 'binary', at, operator: text as BinaryOperator, left, right: operand() };
    }
    return left;
  }

  private sum(): Expression {
    return this.binary(
      ({ text }) => text === '+' || text === '-',
      () => this.concat(),
    );
  }

  private concat(): Expression {
    const parts = [this.term()];
    const { at } = this.stream.current;
    while (this.stream.skipOperator('~')) parts.push(this.term());
    return parts.length === 1 ? parts[0] : { kind: 'concat', at, parts };
  }

  private term(): Expression {
    return this.binary(
      ({ text }) => TERM.has(text),
      () => this.power(),
    );
  }

  private power(): Expression {
    return this.binary(
      ({ text }) => text === '**',
      () => this.unary(true),
    );
  }

  /** Jinja2 gives a filter after a signed operand the whole of it: `-1|abs` is 1. */
  private unary(withFilter: boolean): Expression {
    const { at } = this.stream.current;
    let node: Expression;
    if (this.stream.skipOperator('-')) node = { kind: 'negative', at, of: this.nestedUnary() };
    else if (this.stream.skipOperator('+')) node = { kind: 'positive', at, of: this.nestedUnary() };
    else node = this.primary();
    node = this.postfix(node);
    return withFilter ? this.filtersAndTests(node) : node;
  }

  private nestedUnary(): Expression {
    if (++this.depth > MAX_DEPTH) throw new SyntaxFault('the expression is nested too deeply', this.stream.current.at);
    const node = this.unary(false);
    this.depth--;
    return node;
  }
}

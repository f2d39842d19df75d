import type { Call, Expression, FilterStep, MacroBody, Parameter, Statement, Target } from './ast.ts';
import { Lexer } from './lexer.ts';
import { ExpressionParser } from './parser-expression.ts';
import { SyntaxFault } from './syntax-fault.ts';
import type { Syntax } from './syntax.ts';
import { didYouMean } from '../../base/errors.ts';
import { describeToken, TokenStream } from './token-stream.ts';

type Parse = (parser: Parser, at: number) => Statement;
/** Blocks nested deeper than this are refused. */
const MAX_NESTING = 200;

/** Parses a whole template into statements. @throws SyntaxFault */
export class Parser extends ExpressionParser {
  private readonly openTags: { name: string; at: number }[] = [];

  template(): readonly Statement[] {
    return this.statementsUntil([]);
  }

  /** A bare expression, with nothing after it. */
  bareExpression(): Expression {
    const value = this.tuple();
    if (!this.stream.atEnd) {
      throw new SyntaxFault(`unexpected ${describeToken(this.stream.current)}`, this.stream.current.at);
    }
    return value;
  }

  /** Statements up to one of the end tags, whose name is left as the current token. */
  private statementsUntil(endTags: readonly string[]): Statement[] {
    const out: Statement[] = [];
    for (;;) {
      const token = this.stream.next();
      if (token.type === 'end') {
        if (endTags.length > 0) throw this.unclosed(endTags);
        return out;
      }
      if (token.type === 'data') out.push({ kind: 'data', at: token.at, text: token.text });
      else if (token.type === 'variable-begin') {
        const value = this.tuple();
        this.stream.expect('variable-end');
        out.push({ kind: 'output', at: value.at, value });
      } else {
        if (this.stream.isName(...endTags)) return out;
        out.push(this.statement());
      }
    }
  }

  private unclosed(endTags: readonly string[]): SyntaxFault {
    const tag = this.openTags.at(-1);
    return new SyntaxFault(
      `Unexpected end of template. The innermost block that needs to be closed is '${tag?.name}'`,
      tag?.at ?? 0,
      `close it with {% ${endTags.at(-1)} %}`,
    );
  }

  private statement(): Statement {
    const { current } = this.stream;
    if (current.type !== 'name') throw new SyntaxFault('tag name expected', current.at);
    const parse = STATEMENTS.get(current.text);
    if (parse === undefined) {
      const inside = this.openTags.at(-1);
      const hint = inside ? ` The innermost block that needs to be closed is '${inside.name}'.` : '';
      const near = didYouMean(current.text, STATEMENTS.keys()).trim();
      throw new SyntaxFault(
        `Encountered unknown tag '${current.text}'.${hint}`,
        current.at,
        near === '' ? undefined : near,
      );
    }
    if (this.openTags.length >= MAX_NESTING) throw new SyntaxFault('blocks are nested too deeply', current.at);
    this.openTags.push({ name: current.text, at: current.at });
    this.stream.next();
    const statement = parse(this, current.at);
    this.openTags.pop();
    this.stream.expect('block-end');
    return statement;
  }

  /** The statements of a block up to one of its end tags. */
  private body(...endTags: string[]): Statement[] {
    this.stream.expect('block-end');
    return this.statementsUntil(endTags);
  }

  ifStatement(at: number): Statement {
    const branches: [Expression, Statement[]][] = [];
    let otherwise: Statement[] = [];
    do {
      const test = this.tuple(false);
      branches.push([test, this.body('elif', 'else', 'endif')]);
    } while (this.stream.skipName('elif'));
    if (this.stream.skipName('else')) otherwise = this.body('endif');
    this.stream.expect('name', 'endif');
    return { kind: 'if', at, branches, otherwise };
  }

  forStatement(at: number): Statement {
    const target = this.target(() => this.stream.isName('in'));
    this.stream.expect('name', 'in');
    const items = this.tuple(false, () => this.stream.isName('recursive', 'if'));
    const filter = this.stream.skipName('if') ? this.expression() : undefined;
    const recursive = this.stream.skipName('recursive');
    const body = this.body('endfor', 'else');
    const otherwise = this.stream.skipName('else') ? this.body('endfor') : [];
    this.stream.expect('name', 'endfor');
    return { kind: 'for', at, target, items, filter, recursive, body, otherwise };
  }

  private target(isEnd: () => boolean): Target {
    const { at } = this.stream.current;
    const items: Target[] = [];
    let comma = false;
    do {
      if (items.length > 0 && (isEnd() || this.stream.atEnd)) break;
      items.push(this.singleTarget(isEnd));
      comma ||= this.stream.isOperator(',');
    } while (this.stream.skipOperator(','));
    return comma ? { kind: 'tuple', at, items } : items[0];
  }

  private singleTarget(isEnd: () => boolean): Target {
    const { at } = this.stream.current;
    if (this.stream.skipOperator('(')) {
      const inner = this.target(() => this.stream.isOperator(')'));
      this.stream.expect('operator', ')');
      return inner;
    }
    if (isEnd()) throw new SyntaxFault(`unexpected ${describeToken(this.stream.current)}`, at);
    const { text: name } = this.stream.expect('name');
    if (['true', 'false', 'none', 'True', 'False', 'None'].includes(name)) {
      throw new SyntaxFault(`can't assign to '${name}'`, at);
    }
    if (!this.stream.skipOperator('.')) return { kind: 'name', at, name };
    return { kind: 'member', at, name, member: this.stream.expect('name').text };
  }

  setStatement(at: number): Statement {
    const target = this.target(() => this.stream.isOperator('='));
    if (this.stream.skipOperator('=')) return { kind: 'set', at, target, value: this.tuple() };
    const filters = this.filterSteps();
    const body = this.body('endset');
    this.stream.expect('name', 'endset');
    return { kind: 'set-block', at, target, filters, body };
  }

  private filterSteps(): FilterStep[] {
    const steps: FilterStep[] = [];
    while (this.stream.skipOperator('|')) steps.push(this.filterStep());
    return steps;
  }

  filterStatement(at: number): Statement {
    const filters = [this.filterStep(), ...this.filterSteps()];
    const body = this.body('endfilter');
    this.stream.expect('name', 'endfilter');
    return { kind: 'filter-block', at, filters, body };
  }

  private parameters(): Parameter[] {
    const parameters: Parameter[] = [];
    this.stream.expect('operator', '(');
    while (!this.stream.isOperator(')')) {
      if (parameters.length > 0) this.stream.expect('operator', ',');
      if (this.stream.isOperator(')')) break;
      const { text: name, at } = this.stream.expect('name');
      const fallback = this.stream.skipOperator('=') ? this.expression() : undefined;
      if (fallback === undefined && parameters.at(-1)?.fallback !== undefined) {
        throw new SyntaxFault('non-default argument follows default argument', at);
      }
      parameters.push({ name, fallback });
    }
    this.stream.expect('operator', ')');
    return parameters;
  }

  macroStatement(at: number): Statement {
    const { text: name } = this.stream.expect('name');
    const parameters = this.parameters();
    const body = this.body('endmacro');
    this.stream.expect('name', 'endmacro');
    return { kind: 'macro', at, macro: { name, parameters, body } };
  }

  callStatement(at: number): Statement {
    const parameters = this.stream.isOperator('(') ? this.parameters() : [];
    const call = this.expression();
    if (call.kind !== 'call') throw new SyntaxFault('expected call', call.at);
    const body = this.body('endcall');
    this.stream.expect('name', 'endcall');
    const caller: MacroBody = { name: 'caller', parameters, body };
    return { kind: 'call-block', at, call: call as Call, caller };
  }

  withStatement(at: number): Statement {
    const assignments: [Target, Expression][] = [];
    while (!this.stream.is('block-end')) {
      if (assignments.length > 0) this.stream.expect('operator', ',');
      const target = this.singleTarget(() => this.stream.isOperator('='));
      this.stream.expect('operator', '=');
      assignments.push([target, this.expression()]);
    }
    const body = this.body('endwith');
    this.stream.expect('name', 'endwith');
    return { kind: 'with', at, assignments, body };
  }

  private context(otherwise: boolean): boolean {
    const { following } = this.stream;
    if (!this.stream.isName('with', 'without') || following.type !== 'name' || following.text !== 'context') {
      return otherwise;
    }
    const withContext = this.stream.next().text === 'with';
    this.stream.next();
    return withContext;
  }

  includeStatement(at: number): Statement {
    const template = this.expression();
    const ignoreMissing = this.stream.skipName('ignore');
    if (ignoreMissing) this.stream.expect('name', 'missing');
    return { kind: 'include', at, template, ignoreMissing, withContext: this.context(true) };
  }

  importStatement(at: number): Statement {
    const template = this.expression();
    this.stream.expect('name', 'as');
    const { text: target } = this.stream.expect('name');
    return { kind: 'import', at, template, target, withContext: this.context(false) };
  }

  fromStatement(at: number): Statement {
    const template = this.expression();
    this.stream.expect('name', 'import');
    const names: [string, string][] = [];
    do {
      if (names.length > 0 && (this.stream.atEnd || this.stream.isName('with', 'without'))) break;
      const { text: name } = this.stream.expect('name');
      names.push([name, this.stream.skipName('as') ? this.stream.expect('name').text : name]);
    } while (this.stream.skipOperator(','));
    return { kind: 'from-import', at, template, names, withContext: this.context(false) };
  }

  blockStatement(at: number): Statement {
    const { text: name } = this.stream.expect('name');
    this.stream.skipName('scoped');
    this.stream.skipName('required');
    const body = this.body('endblock');
    this.stream.expect('name', 'endblock');
    this.stream.skipName(name);
    return { kind: 'block', at, name, body };
  }
}

const STATEMENTS: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['if', (parser, at) => parser.ifStatement(at)],
  ['for', (parser, at) => parser.forStatement(at)],
  ['set', (parser, at) => parser.setStatement(at)],
  ['filter', (parser, at) => parser.filterStatement(at)],
  ['macro', (parser, at) => parser.macroStatement(at)],
  ['call', (parser, at) => parser.callStatement(at)],
  ['with', (parser, at) => parser.withStatement(at)],
  ['include', (parser, at) => parser.includeStatement(at)],
  ['import', (parser, at) => parser.importStatement(at)],
  ['from', (parser, at) => parser.fromStatement(at)],
  ['block', (parser, at) => parser.blockStatement(at)],
  ['extends', (parser, at) => ({ kind: 'extends', at, template: parser.expression() })],
  ['do', (parser, at) => ({ kind: 'do', at, value: parser.tuple() })],
  ['break', (_parser, at) => ({ kind: 'break', at })],
  ['continue', (_parser, at) => ({ kind: 'continue', at })],
]);

/** Parses a template's source. @throws SyntaxFault */
export function parseTemplate(source: string, syntax: Syntax): readonly Statement[] {
  return new Parser(new TokenStream(new Lexer(source, syntax).tokenize())).template();
}

/** Parses a bare expression, as in `when`. @throws SyntaxFault */
export function parseExpression(source: string, syntax: Syntax): Expression {
  return new Parser(new TokenStream(Lexer.expression(source, syntax))).bareExpression();
}

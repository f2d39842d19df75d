import { ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import type { TemplateText } from '../../base/value.ts';
import type { Statement } from '../syntax/ast.ts';
import { parseExpression, parseTemplate } from '../syntax/parser.ts';
import { SyntaxFault } from '../syntax/syntax-fault.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { compileExpression } from './expression.ts';
import type { Evaluate, Exec } from './frame.ts';
import { compileBody } from './statement.ts';
import { callsMutator, hasKind } from './walk.ts';

/** A text made ready to run. */
export interface Program {
  readonly text: TemplateText;
  readonly syntax: Syntax;
  readonly body: Exec;
  readonly statements: readonly Statement[];
  /** It has blocks, or extends another template. */
  readonly inherits: boolean;
  /** It calls methods such as `append`: variables must be copied before it may see them. */
  readonly mutates: boolean;
}

export interface Condition {
  readonly text: TemplateText;
  readonly evaluate: Evaluate;
  readonly mutates: boolean;
}

type Compiled = { programs: [Syntax, Program][]; condition?: Condition };

export function spanAt(text: TemplateText, offset: number): Span {
  const { line, column } = text.locate(offset);
  return { file: text.span.file, line, column };
}

function parse<T>(text: TemplateText, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError)
      throw new ToaError('E_TEMPLATE_LIMIT', 'the template is nested too deeply', { span: text.span });
    if (!(error instanceof SyntaxFault)) throw error;
    const details = { span: spanAt(text, error.offset), remedy: error.remedy };
    const message = `template error while templating string: ${error.message.replace(/\.$/, '')}. String: ${excerpt(text.source)}`;
    throw new ToaError('E_TEMPLATE_SYNTAX', message, details);
  }
}

function excerpt(source: string): string {
  return source.length > 200 ? `${source.slice(0, 200)}...` : source;
}

function compiledOf(text: TemplateText): Compiled {
  const found = text.compiled as Compiled | undefined;
  if (found !== undefined) return found;
  const made: Compiled = { programs: [] };
  text.compiled = made;
  return made;
}

/** Compiles a text once for each syntax. @throws ToaError E_TEMPLATE_SYNTAX */
export function programOf(text: TemplateText, syntax: Syntax): Program {
  const { programs } = compiledOf(text);
  const found = programs.find(([known]) => known === syntax || sameSyntax(known, syntax));
  if (found !== undefined) return found[1];
  const program = parse(text, () => compile(text, syntax));
  programs.push([syntax, program]);
  return program;
}

function compile(text: TemplateText, syntax: Syntax): Program {
  const statements = parseTemplate(text.source, syntax);
  return {
    text,
    syntax,
    statements,
    body: compileBody(statements),
    inherits: hasKind(statements, ['block', 'extends']),
    mutates: callsMutator(statements),
  };
}

function sameSyntax(a: Syntax, b: Syntax): boolean {
  return Object.entries(a).every(([name, value]) => b[name as keyof Syntax] === value);
}

/** Compiles a bare expression once. @throws ToaError E_TEMPLATE_SYNTAX */
export function conditionOf(text: TemplateText, syntax: Syntax): Condition {
  const compiled = compiledOf(text);
  if (compiled.condition === undefined) {
    compiled.condition = parse(text, () => {
      const expression = parseExpression(text.source, syntax);
      return { text, evaluate: compileExpression(expression), mutates: callsMutator(expression) };
    });
  }
  return compiled.condition;
}

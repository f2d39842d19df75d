import type { Value } from '../../base/value.ts';
import type { Expression, Statement } from '../syntax/ast.ts';
import { pyStr } from '../python/print.ts';
import { truthy } from '../python/types.ts';
import { compileExpression } from './expression.ts';
import { NativeText, type Exec, type Frame } from './frame.ts';

/** Filters whose text stays text when it is all that a template gives (Ansible's STRING_TYPE_FILTERS). */
const STRING_FILTERS = new Set(['string', 'to_json', 'to_nice_json', 'to_yaml', 'to_nice_yaml', 'ppretty', 'json']);

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Whether the text that `expression` gave must not be turned back into data. */
export type IsNative = (frame: Frame, value: Value) => boolean;

function compileIsNative(expression: Expression): IsNative | undefined {
  if (expression.kind === 'filter' && STRING_FILTERS.has(shortName(expression.name))) return () => true;
  if (expression.kind !== 'name') return undefined;
  const { name } = expression;
  return (frame, value) => frame.render.isNativeVariable(name, value);
}

type Output = Extract<Statement, { kind: 'output' }>;

/** `a if test else b` prints as its chosen side would by itself. */
function compileChoice({ test, value, otherwise, at }: Extract<Expression, { kind: 'condition' }>): Exec {
  const testOf = compileExpression(test);
  const chosen = compileOutput({ kind: 'output', at, value });
  const other = otherwise && compileOutput({ kind: 'output', at, value: otherwise });
  return (frame, out) => {
    const result = testOf(frame);
    frame.render.at = at;
    if (truthy(result)) return chosen(frame, out);
    if (other) return other(frame, out);
    out.push('');
    return undefined;
  };
}

export function compileOutput({ value, at }: Output): Exec {
  if (value.kind === 'condition') return compileChoice(value);
  const evaluate = compileExpression(value);
  const isNative = compileIsNative(value);
  return (frame, out) => {
    const result = evaluate(frame);
    frame.render.at = at;
    if (isNative?.(frame, result)) {
      frame.render.notePrinted(result);
      out.push(new NativeText(pyStr(result)));
    } else out.push(frame.render.finalize(result));
    return undefined;
  };
}

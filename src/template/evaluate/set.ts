import type { Value } from '../../base/value.ts';
import type { FilterStep, Statement } from '../syntax/ast.ts';
import { compileAssign } from './assign.ts';
import { compileArguments, compileExpression } from './expression.ts';
import type { Exec, Frame, Output } from './frame.ts';
import { compileMacro, Macro } from './macro.ts';
import { compileBody } from './statement.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;
type Apply = (frame: Frame, value: Value) => Value;

export function compileSet({ target, value }: Of<'set'>): Exec {
  const assign = compileAssign(target);
  const evaluate = compileExpression(value);
  return (frame) => {
    assign(frame, evaluate(frame));
    return undefined;
  };
}

function compileFilters(steps: readonly FilterStep[]): Apply {
  const parts = steps.map(({ name, args, at }) => ({ name, at, argumentsOf: compileArguments(args) }));
  return (frame, start) =>
    parts.reduce((value, { name, at, argumentsOf }) => {
      const { args, kwargs } = argumentsOf(frame);
      frame.render.at = at;
      return frame.render.filter(name, value, args, kwargs);
    }, start);
}

function capture(body: Exec, frame: Frame): Value {
  const out: Output = [];
  body(frame, out);
  return frame.render.concat(out);
}

export function compileSetBlock({ target, filters, body }: Of<'set-block'>): Exec {
  const assign = compileAssign(target);
  const apply = compileFilters(filters);
  const inner = compileBody(body);
  return (frame) => {
    assign(frame, apply(frame, capture(inner, frame.child())));
    return undefined;
  };
}

export function compileFilterBlock({ filters, body }: Of<'filter-block'>): Exec {
  const apply = compileFilters(filters);
  const inner = compileBody(body);
  return (frame, out) => {
    out.push(frame.render.finalize(apply(frame, capture(inner, frame.child()))));
    return undefined;
  };
}

export function compileCallBlock({ call, caller, at }: Of<'call-block'>): Exec {
  const calleeOf = compileExpression(call.callee);
  const argumentsOf = compileArguments(call.args);
  const code = compileMacro(caller);
  return (frame, out) => {
    const callee = calleeOf(frame);
    const { args, kwargs } = argumentsOf(frame);
    kwargs.set('caller', new Macro(code, frame));
    frame.render.at = at;
    out.push(frame.render.finalize(frame.render.call(callee, args, kwargs)));
    return undefined;
  };
}

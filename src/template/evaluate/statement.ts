import type { Statement } from '../syntax/ast.ts';
import { truthy } from '../python/types.ts';
import { compileAssign } from './assign.ts';
import { compileExpression } from './expression.ts';
import { compileBlock, compileExtends } from './inherit.ts';
import { compileFor } from './for.ts';
import type { Exec, Frame, Output, Signal } from './frame.ts';
import { compileFromImport, compileImport, compileInclude } from './include.ts';
import { compileMacro, Macro } from './macro.ts';
import { compileOutput } from './output.ts';
import { compileCallBlock, compileFilterBlock, compileSet, compileSetBlock } from './set.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;
type Compile<K extends Statement['kind']> = (node: Of<K>) => Exec;

/** Turns statements into one function. */
export function compileBody(statements: readonly Statement[]): Exec {
  const steps = statements.map((node) => (COMPILERS[node.kind] as Compile<Statement['kind']>)(node as never));
  if (steps.length === 1) return steps[0];
  return (frame, out) => {
    for (const step of steps) {
      const signal = step(frame, out);
      if (signal !== undefined) return signal;
    }
    return undefined;
  };
}

function compileIf({ branches, otherwise, at }: Of<'if'>): Exec {
  const parts = branches.map(([test, body]) => [compileExpression(test), compileBody(body)] as const);
  const last = compileBody(otherwise);
  return (frame, out) => {
    for (const [test, body] of parts) {
      const value = test(frame);
      frame.render.at = at;
      if (truthy(value)) return body(frame, out);
    }
    return last(frame, out);
  };
}

function compileWith({ assignments, body }: Of<'with'>): Exec {
  const parts = assignments.map(([target, value]) => [compileAssign(target), compileExpression(value)] as const);
  const inner = compileBody(body);
  return (frame, out) => {
    const child = frame.child();
    for (const [assign, value] of parts) assign(child, value(frame));
    return inner(child, out);
  };
}

function compileMacroStatement({ macro }: Of<'macro'>): Exec {
  const code = compileMacro(macro);
  return (frame: Frame): Signal => {
    frame.names.set(code.name, new Macro(code, frame));
    return undefined;
  };
}

function compileDo({ value }: Of<'do'>): Exec {
  const evaluate = compileExpression(value);
  return (frame) => {
    evaluate(frame);
    return undefined;
  };
}

const COMPILERS: { [K in Statement['kind']]: Compile<K> } = {
  data:
    ({ text }) =>
    (_frame: Frame, out: Output) => {
      out.push(text);
      return undefined;
    },
  output: compileOutput,
  if: compileIf,
  for: compileFor,
  set: compileSet,
  'set-block': compileSetBlock,
  macro: compileMacroStatement,
  'call-block': compileCallBlock,
  'filter-block': compileFilterBlock,
  with: compileWith,
  include: compileInclude,
  import: compileImport,
  'from-import': compileFromImport,
  extends: compileExtends,
  block: compileBlock,
  do: compileDo,
  break: () => () => 'break',
  continue: () => () => 'continue',
};

import type { Value } from '../../base/value.ts';
import type { Statement } from '../syntax/ast.ts';
import { toArray, truthy } from '../python/types.ts';
import { compileAssign, type Assign } from './assign.ts';
import { compileExpression } from './expression.ts';
import type { Evaluate, Exec, Frame, Output, Signal } from './frame.ts';
import { Loop } from './loop.ts';
import { compileBody } from './statement.ts';

type Code = {
  readonly assign: Assign;
  readonly filter: Evaluate | undefined;
  readonly recursive: boolean;
  readonly body: Exec;
  readonly otherwise: Exec;
};

function select(code: Code, frame: Frame, items: readonly Value[]): readonly Value[] {
  const { filter } = code;
  if (filter === undefined) return items;
  return items.filter((item) => {
    const iteration = frame.child();
    code.assign(iteration, item);
    return truthy(filter(iteration));
  });
}

function iterations(code: Code, frame: Frame, out: Output, items: readonly Value[], loop: Loop): Signal {
  for (let position = 0; position < items.length; position++) {
    loop.position = position;
    const iteration = frame.child();
    iteration.names.set('loop', loop);
    code.assign(iteration, items[position]);
    if (code.body(iteration, out) === 'break') break;
  }
  return undefined;
}

function run(code: Code, frame: Frame, out: Output, source: Value, depth: number): Signal {
  // A copy: the body may change the list that it goes through.
  const items = [...select(code, frame, toArray(source))];
  if (items.length === 0) return code.otherwise(frame.child(), out);
  const recurse = (inner: Value): Value =>
    frame.render.nested(frame.run.program.text, () => {
      const part: Output = [];
      run(code, frame, part, inner, depth + 1);
      return frame.render.concat(part);
    });
  return iterations(code, frame, out, items, new Loop(items, depth, code.recursive ? recurse : undefined));
}

export function compileFor(node: Extract<Statement, { kind: 'for' }>): Exec {
  const code: Code = {
    assign: compileAssign(node.target),
    filter: node.filter && compileExpression(node.filter),
    recursive: node.recursive,
    body: compileBody(node.body),
    otherwise: compileBody(node.otherwise),
  };
  const itemsOf = compileExpression(node.items);
  const { at } = node.items;
  return (frame, out) => {
    const items = itemsOf(frame);
    frame.render.at = at;
    return run(code, frame, out, items, 1);
  };
}

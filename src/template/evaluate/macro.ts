import type { Value } from '../../base/value.ts';
import { Undefined, Tuple } from '../../base/value.ts';
import type { MacroBody } from '../syntax/ast.ts';
import { typeError } from '../errors.ts';
import { pyStr } from '../python/print.ts';
import { Callable } from './callable.ts';
import { compileExpression } from './expression.ts';
import type { Evaluate, Exec, Frame, Output } from './frame.ts';
import { compileBody } from './statement.ts';
import { mentions } from './walk.ts';

type Given = { args: Value[]; kwargs: Map<string, Value> };

/** The part of a macro that does not depend on where it is defined. */
export type MacroCode = {
  readonly name: string;
  readonly parameters: readonly { name: string; fallback: Evaluate | undefined }[];
  readonly body: Exec;
  readonly takesKwargs: boolean;
  readonly takesVarargs: boolean;
  readonly takesCaller: boolean;
};

export function compileMacro({ name, parameters, body }: MacroBody): MacroCode {
  const named = new Set(parameters.map((parameter) => parameter.name));
  const reads = (special: string): boolean => !named.has(special) && mentions(body, special);
  return {
    name,
    parameters: parameters.map((parameter) => ({
      name: parameter.name,
      fallback: parameter.fallback && compileExpression(parameter.fallback),
    })),
    body: compileBody(body),
    takesKwargs: reads('kwargs'),
    takesVarargs: reads('varargs'),
    takesCaller: reads('caller') || named.has('caller'),
  };
}

/** A macro, or the `caller` of a call block; sees the names of the place where it was defined. */
export class Macro extends Callable {
  readonly pyType = 'Macro';
  private readonly code: MacroCode;
  private readonly home: Frame;

  constructor(code: MacroCode, home: Frame) {
    super();
    this.code = code;
    this.home = home;
  }

  override getAttr(name: string): Value | undefined {
    if (name === 'name') return this.code.name;
    if (name === 'arguments') return Tuple.from(this.code.parameters.map((parameter) => parameter.name));
    if (name === 'catch_kwargs') return this.code.takesKwargs;
    if (name === 'catch_varargs') return this.code.takesVarargs;
    return name === 'caller' ? this.code.takesCaller : undefined;
  }

  invoke(args: Value[], kwargs: Map<string, Value>): Value {
    const { render, run } = this.home;
    return render.nested(run.program.text, () => {
      const frame = this.home.child();
      this.bind(frame, { args, kwargs });
      const out: Output = [];
      this.code.body(frame, out);
      return render.concat(out);
    });
  }

  private bind(frame: Frame, { args, kwargs }: Given): void {
    const { name: macro, parameters, takesVarargs } = this.code;
    const left = new Map(kwargs);
    parameters.forEach(({ name, fallback }, index) => {
      let value: Value | undefined;
      if (index < args.length) {
        if (left.has(name)) throw typeError(`macro '${macro}' got multiple values for argument '${name}'`);
        value = args[index];
      } else value = left.get(name);
      left.delete(name);
      const missing = (): Value => fallback?.(frame) ?? new Undefined(`parameter '${name}' was not provided`);
      frame.names.set(name, value === undefined ? missing() : value);
    });
    if (takesVarargs) frame.names.set('varargs', Tuple.from(args.slice(parameters.length)));
    else if (args.length > parameters.length) {
      throw typeError(`macro '${macro}' takes not more than ${parameters.length} argument(s)`);
    }
    this.bindNamed(frame, left);
  }

  private bindNamed(frame: Frame, left: Map<string, Value>): void {
    const { name: macro, takesCaller, takesKwargs, parameters } = this.code;
    const caller = left.get('caller');
    if (takesCaller && !parameters.some(({ name }) => name === 'caller')) {
      frame.names.set('caller', caller ?? new Undefined('No caller defined'));
      left.delete('caller');
    }
    if (takesKwargs) frame.names.set('kwargs', new Map([...left].map(([key, value]) => [key as Value, value])));
    else if (left.size > 0) {
      const [unknown] = left.keys();
      if (unknown === 'caller') {
        throw typeError(`macro '${macro}' was invoked with two values for the special caller argument`);
      }
      throw typeError(`macro '${macro}' takes no keyword argument '${pyStr(unknown)}'`);
    }
  }
}

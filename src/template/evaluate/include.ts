import { ToaError } from '../../base/errors.ts';
import { Opaque, Undefined, type Value } from '../../base/value.ts';
import type { Statement } from '../syntax/ast.ts';
import { raiseUndefined } from '../errors.ts';
import { pyStr } from '../python/print.ts';
import { compileExpression } from './expression.ts';
import { Frame, newRun, type Exec } from './frame.ts';
import { runProgram } from './inherit.ts';
import type { Program } from './program.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** The names that an imported file set. */
class TemplateModule extends Opaque {
  readonly pyType = 'TemplateModule';
  readonly file: string;
  private readonly names: ReadonlyMap<string, Value>;
  constructor(file: string, names: ReadonlyMap<string, Value>) {
    super();
    this.file = file;
    this.names = names;
  }

  override getAttr(name: string): Value | undefined {
    return name.startsWith('_') ? undefined : this.names.get(name);
  }
}

function namesOf(value: Value): string[] {
  if (value instanceof Undefined) raiseUndefined(value);
  return Array.isArray(value) ? value.map(pyStr) : [pyStr(value)];
}

/** The first of the named files that exists. @throws ToaError E_TEMPLATE_FILE */
export function loadTemplate(frame: Frame, value: Value): Program {
  const names = namesOf(value);
  for (const name of names) {
    const program = frame.render.load(name, frame.run.program.syntax);
    if (program !== undefined) return program;
  }
  throw new ToaError('E_TEMPLATE_FILE', `template not found: ${names.join(', ')}`, {
    remedy: 'put the file into the templates folder of the role or beside the playbook',
  });
}

export function compileInclude({ template, ignoreMissing, withContext, at }: Of<'include'>): Exec {
  const nameOf = compileExpression(template);
  return (frame, out) => {
    const name = nameOf(frame);
    frame.render.at = at;
    let program: Program;
    try {
      program = loadTemplate(frame, name);
    } catch (error) {
      if (ignoreMissing && error instanceof ToaError && error.code === 'E_TEMPLATE_FILE') return undefined;
      throw error;
    }
    const inner = new Frame(frame.render, newRun(program, withContext), withContext ? frame : undefined);
    frame.render.nested(program.text, () => runProgram(inner, out));
    return undefined;
  };
}

function importModule(frame: Frame, template: Value, withContext: boolean): TemplateModule {
  const program = loadTemplate(frame, template);
  const inner = new Frame(frame.render, newRun(program, withContext), withContext ? frame : undefined);
  frame.render.nested(program.text, () => runProgram(inner, []));
  return new TemplateModule(program.text.span.file, inner.names);
}

export function compileImport({ template, target, withContext, at }: Of<'import'>): Exec {
  const nameOf = compileExpression(template);
  return (frame) => {
    const name = nameOf(frame);
    frame.render.at = at;
    frame.names.set(target, importModule(frame, name, withContext));
    return undefined;
  };
}

export function compileFromImport({ template, names, withContext, at }: Of<'from-import'>): Exec {
  const nameOf = compileExpression(template);
  return (frame) => {
    const name = nameOf(frame);
    frame.render.at = at;
    const module = importModule(frame, name, withContext);
    for (const [from, to] of names) {
      const hint = `the template '${module.file}' does not export the requested name '${from}'`;
      frame.names.set(to, module.getAttr(from) ?? new Undefined(hint));
    }
    return undefined;
  };
}

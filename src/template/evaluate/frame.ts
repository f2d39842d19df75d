import type { Value } from '../../base/value.ts';
import type { Program } from './program.ts';
import type { Render } from './render.ts';

/** Names that a template sets itself, nested as its loops, macros and `with` blocks are. */
export class Frame {
  readonly render: Render;
  readonly run: Run;
  readonly parent: Frame | undefined;
  readonly names = new Map<string, Value>();

  constructor(render: Render, run: Run, parent?: Frame) {
    this.render = render;
    this.run = run;
    this.parent = parent;
  }

  child(): Frame {
    return new Frame(this.render, this.run, this);
  }

  /** What `name` stands for here: set by the template, a variable, or a global; undefined when it is nothing. */
  find(name: string): Value | undefined {
    const own = this.names.get(name);
    if (own !== undefined) return own;
    for (let frame = this.parent; frame !== undefined; frame = frame.parent) {
      const value = frame.names.get(name);
      if (value !== undefined) return value;
    }
    return this.run.seesVariables ? this.render.variable(name) : this.render.engine.globals.get(name);
  }
}

/** One template file or text being run. */
export interface Run {
  readonly program: Program;
  /** False in a file imported without context. */
  readonly seesVariables: boolean;
  /** Blocks by name, the most derived first; shared between a template and those it extends. */
  readonly blocks: Map<string, Block[]>;
  /** The template named by `extends`, once it was met. */
  extends?: Program;
}

export function newRun(program: Program, seesVariables = true): Run {
  return { program, seesVariables, blocks: new Map() };
}

export type Block = { readonly program: Program; readonly body: Exec };
export type Evaluate = (frame: Frame) => Value;
/** Runs a statement; what it prints is added to `out`. Gives a signal when a loop is to be left or continued. */
export type Exec = (frame: Frame, out: Output) => Signal;
export type Signal = undefined | 'break' | 'continue';
export type Output = (Value | NativeText)[];

/** Text that a filter such as `to_json` made: Ansible does not turn it back into data. */
export class NativeText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
